-- The three roles of oneplace and its database, on a server of your own. Safe to repeat.
--
-- Run as an administrator who may create roles with BYPASSRLS (a superuser; on a managed service the
-- administrator it gives you, if that one has BYPASSRLS itself):
--
--   psql -v ON_ERROR_STOP=1 -v database=oneplace \
--        -v owner_password="$(cat owner.secret)" -v loader_password="$(cat loader.secret)" \
--        -v web_password="$(cat web.secret)" -f deploy/postgresql/roles.sql postgres
--
-- A password given as -v is visible to other users of this machine while psql runs; on a shared one
-- put `\set` lines into a file only you can read, and pass it first with -f.
--
--   oneplace_owner   makes tables and policies; used by upgrades only, never by a running service
--   oneplace_loader  bypasses row policies: feeds, linkage, sealing; never serves a page
--   oneplace_web     serves people; bound by every row policy
\set ON_ERROR_STOP on
\if :{?database} \else \set database oneplace \endif
\set complete :{?owner_password} :{?loader_password} :{?web_password}
select :'complete' = 'TRUETRUETRUE' as complete \gset
\if :complete
\else
  \warn 'owner_password, loader_password and web_password must all be given with -v: see the head of this file.'
  do $$ begin raise exception 'nothing was done'; end $$;
\endif
select rolsuper as i_am_superuser from pg_roles where rolname = current_user \gset

-- Passwords are kept as scram hashes, and the statements of this file stay out of the server's log.
set password_encryption = 'scram-sha-256';
\if :i_am_superuser
  set log_statement = 'none';
  set log_min_duration_statement = -1;
  set log_min_error_statement = 'panic';
\endif

select format('create role %I login noinherit', name)
  from (values ('oneplace_owner'), ('oneplace_loader'), ('oneplace_web')) as wanted(name)
 where not exists (select from pg_roles where rolname = name) \gexec

alter role oneplace_owner  with login noinherit nocreatedb nocreaterole nobypassrls password :'owner_password';
alter role oneplace_loader with login noinherit nocreatedb nocreaterole bypassrls   password :'loader_password';
alter role oneplace_web    with login noinherit nocreatedb nocreaterole nobypassrls password :'web_password';

-- None of the three may become another role, whoever granted that.
select format('revoke %I from %I', granted.rolname, member.rolname)
  from pg_auth_members m
  join pg_roles granted on granted.oid = m.roleid
  join pg_roles member on member.oid = m.member
 where member.rolname in ('oneplace_owner', 'oneplace_loader', 'oneplace_web') \gexec
-- The administrator must be able to give things to the owner.
select format('grant oneplace_owner to %I', current_user)
 where not pg_has_role(current_user, 'oneplace_owner', 'member') \gexec

select format('create database %I owner oneplace_owner encoding ''UTF8'' lc_collate ''C'' lc_ctype ''C'' template template0', :'database')
 where not exists (select from pg_database where datname = :'database') \gexec

revoke all on database :"database" from public;
grant connect on database :"database" to oneplace_owner, oneplace_loader, oneplace_web;
grant create, temporary on database :"database" to oneplace_owner;
-- What comes in is laid out in temporary tables before it is merged into the record.
grant temporary on database :"database" to oneplace_loader;

-- A page that hangs must not hold a lock for ever.
alter role oneplace_web in database :"database" set statement_timeout = '30s';
alter role oneplace_web in database :"database" set lock_timeout = '5s';
alter role oneplace_web in database :"database" set idle_in_transaction_session_timeout = '60s';
alter role oneplace_loader in database :"database" set idle_in_transaction_session_timeout = '15min';
alter database :"database" set timezone = 'UTC';
-- Statements carry personal data and stay out of logs. On a managed service, set these four in its
-- own console: only a superuser may.
\if :i_am_superuser
  alter database :"database" set log_statement = 'none';
  alter database :"database" set log_min_error_statement = 'panic';
  alter database :"database" set log_min_duration_statement = -1;
  alter database :"database" set log_parameter_max_length_on_error = 0;
\endif

\connect :"database"
alter schema public owner to oneplace_owner;
revoke create on schema public from public;
grant usage on schema public to oneplace_loader, oneplace_web;

do $$
begin
    if exists (select from pg_roles
                where rolname in ('oneplace_owner', 'oneplace_loader', 'oneplace_web') and rolsuper)
    then
        raise exception 'one of the roles is a superuser, whom no policy binds: alter role ... nosuperuser';
    end if;
end
$$;
