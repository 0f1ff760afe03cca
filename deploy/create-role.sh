#!/bin/sh
# Runs once, when the database's volume is new: a role for Clearqueue that owns its database and is no superuser, and one
# for web requests that owns nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/database_password)" \
    --set=web_password="$(cat /run/secrets/web_database_password)" --username postgres <<'SQL'
create role clearqueue login password :'password';
create database clearqueue owner clearqueue;
grant pg_monitor to clearqueue;
create role clearqueue_web nologin;
create role clearqueue_house nologin;
grant clearqueue_web, clearqueue_house to clearqueue with inherit false, set true;
create role clearqueue_desk login password :'web_password';
grant clearqueue_web, clearqueue_house to clearqueue_desk with inherit false, set true;
SQL
