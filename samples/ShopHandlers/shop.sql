create schema shop;
create table shop.customers (id bigint generated always as identity primary key, name text not null);
create table shop.orders (
    id bigint primary key, customer_id bigint references shop.customers, status text, total numeric);

create table shop.order_status (
    order_id bigint not null,
    status_before text,
    status text,
    since timestamptz not null,
    actor_id text);
create table shop.feed (nth bigint generated always as identity primary key, line text not null);
create table shop.sales_by_day (day date primary key, orders bigint not null, total numeric not null);
create table shop.best_day (day date not null);
