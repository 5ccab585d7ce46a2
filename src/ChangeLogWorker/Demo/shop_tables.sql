-- The demo's shop: an ordinary application's tables, which know nothing of ChangeLog.
create schema shop;

create table shop.users (
    id int generated always as identity primary key,
    email text not null unique,
    full_name text not null,
    role text not null
);

create table shop.customers (
    id int generated always as identity primary key,
    name text not null,
    email text not null unique,
    password_hash text not null default 'scrypt$16384$' || md5(random()::text),
    phone text,
    street text not null,
    city text not null,
    marketing_consent boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table shop.orders (
    id int generated always as identity (start with 1001) primary key,
    customer_id int not null references shop.customers,
    status text not null default 'new'
        check (status in ('new', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')),
    total numeric(10, 2) not null default 0,
    shipping_street text not null,
    tracking_code text,
    packed_by int references shop.users,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on shop.orders (customer_id);
create index on shop.orders (status);

create table shop.order_lines (
    order_id int not null references shop.orders on delete cascade,
    line smallint not null,
    product text not null,
    quantity int not null check (quantity > 0),
    unit_price numeric(10, 2) not null,
    amount numeric(10, 2) generated always as (quantity * unit_price) stored,
    primary key (order_id, line)
);

insert into shop.users (email, full_name, role)
values
    ('ana.ruiz@shop.example', 'Ana Ruiz', 'sales'),
    ('bram.devries@shop.example', 'Bram de Vries', 'warehouse'),
    ('chidi.okafor@shop.example', 'Chidi Okafor', 'support');

insert into shop.customers (name, email, phone, street, city)
values
    ('Mira Lindqvist', 'mira@lindqvist.example', '+46 70 555 0101', 'Storgatan 12', 'Uppsala'),
    ('Jonas Weber', 'j.weber@post.example', '+49 170 5550102', 'Lindenallee 4', 'Leipzig'),
    ('Aiko Tanaka', 'aiko@tanaka.example', '+81 90 5555 0103', 'Teramachi 7-2', 'Kyoto'),
    ('Luca Moretti', 'luca.moretti@mail.example', null, 'Via Garibaldi 88', 'Torino'),
    ('Sofia Pereira', 'sofia@pereira.example', '+351 91 555 0105', 'Rua do Sol 23', 'Porto'),
    ('Tom O''Brien', 'tom.obrien@mail.example', '+353 85 555 0106', 'Quay Street 5', 'Galway'),
    ('Élodie Martin', 'elodie@martin.example', null, 'Rue des Lilas 9', 'Nantes'),
    ('Piotr Nowak', 'piotr@nowak.example', '+48 601 555 108', 'ul. Polna 31', 'Gdańsk');

grant usage on schema shop to shop_app;
grant select, insert, update, delete on all tables in schema shop to shop_app;
