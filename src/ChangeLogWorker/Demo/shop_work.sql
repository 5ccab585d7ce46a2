-- What people do in the demo's shop, a function a deed; each takes what it finds, and does nothing where there is none.
create function shop.refresh_total(order_id int)
returns void
language sql
as $function$
    update shop.orders o
    set total = (select coalesce(sum(l.amount), 0) from shop.order_lines l where l.order_id = o.id),
        updated_at = clock_timestamp()
    where o.id = refresh_total.order_id;
$function$;

create function shop.pick_order(statuses text[])
returns int
language sql
as $function$
    select o.id
    from shop.orders o
    where o.status = any (statuses)
    order by random()
    limit 1
    for update skip locked;
$function$;

create function shop.place_order()
returns void
language plpgsql
as $function$
declare
    new_order int;
begin
    insert into shop.orders (customer_id, shipping_street)
    select c.id, c.street from shop.customers c order by random() limit 1
    returning id into new_order;

    insert into shop.order_lines (order_id, line, product, quantity, unit_price)
    select new_order, row_number() over (), p.product, 1 + floor(random() * 3)::int, p.price
    from (
        select *
        from (values
            ('Oak desk lamp', 64.90), ('Wool blanket', 89.00), ('Enamel mug', 14.50), ('Linen apron', 39.95),
            ('Cast iron pan', 72.00), ('Beech cutting board', 28.75), ('Tea sampler', 19.90), ('Beeswax candles', 12.00)
        ) as product (product, price)
        order by random()
        limit 1 + floor(random() * 2)::int
    ) p;
    perform shop.refresh_total(new_order);
end;
$function$;

create function shop.advance_order(from_status text, to_status text)
returns void
language sql
as $function$
    update shop.orders o
    set status = to_status,
        tracking_code = case
            when to_status = 'shipped' then 'PX' || lpad(floor(random() * 1e8)::int::text, 8, '0')
            else o.tracking_code
        end,
        packed_by = case when to_status = 'packed' then 2 else o.packed_by end,
        updated_at = clock_timestamp()
    where o.id = (select shop.pick_order(array[from_status]));
$function$;

create function shop.change_quantity()
returns void
language plpgsql
as $function$
declare
    chosen int := shop.pick_order('{new,paid}');
begin
    update shop.order_lines l
    set quantity = case when l.quantity > 2 then l.quantity - 1 else l.quantity + 1 end
    where l.order_id = chosen
    and l.line = 1;
    perform shop.refresh_total(chosen);
end;
$function$;

create function shop.remove_line()
returns void
language plpgsql
as $function$
declare
    chosen int := shop.pick_order('{new}');
begin
    delete from shop.order_lines l where l.order_id = chosen and l.line > 1;
    perform shop.refresh_total(chosen) where found;
end;
$function$;

create function shop.correct_address()
returns void
language sql
as $function$
    update shop.customers c
    set street = regexp_replace(c.street, '[0-9]+', (1 + floor(random() * 98))::int::text),
        marketing_consent = random() < 0.5,
        updated_at = clock_timestamp()
    where c.id = (select id from shop.customers order by random() limit 1);
$function$;

create function shop.cancel_order()
returns void
language sql
as $function$
    update shop.orders o
    set status = 'cancelled',
        updated_at = clock_timestamp()
    where o.id = (select shop.pick_order('{new}'));
$function$;

create function shop.reset_password()
returns void
language sql
as $function$
    update shop.customers c
    set password_hash = 'scrypt$16384$' || md5(random()::text),
        updated_at = clock_timestamp()
    where c.id = (select id from shop.customers order by random() limit 1);
$function$;
