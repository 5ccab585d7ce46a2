insert into shop.sales_by_day as sales (day, orders, total)
select
    (c.logged_at at time zone 'UTC')::date,
    count(*),
    sum((c.record_data ->> 'total')::numeric)
from logs.page_changes(@changes, @logged_from, @logged_until) c
group by 1
on conflict (day) do update
set orders = sales.orders + excluded.orders,
    total = sales.total + excluded.total;

delete from shop.best_day;
insert into shop.best_day (day)
select day
from shop.sales_by_day
order by total desc, day
limit 1;
