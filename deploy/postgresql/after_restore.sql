-- After a dump was restored into another cluster: give the audit a new epoch.
--
-- Transaction ids begin anew in a new cluster, and the sealer orders the audit by them. Entries
-- written from now on carry the next epoch, so that old and new ids are never compared. Run once,
-- as oneplace_owner, before the service starts (docs/production.md, Restoring). Not needed after a
-- physical restore, whose transaction ids go on.
--
--   psql "$OWNER_DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/postgresql/after_restore.sql
\set ON_ERROR_STOP on
begin;
lock table access_auditentry in exclusive mode;
do $$
declare
    present integer;
begin
    -- The column's default says the epoch in use; the rows themselves are hidden from the owner too.
    select substring(pg_get_expr(d.adbin, d.adrelid) from '\d+')::integer into strict present
      from pg_attrdef d
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
     where d.adrelid = 'public.access_auditentry'::regclass and a.attname = 'epoch';
    execute format('alter table access_auditentry alter column epoch set default %s', present + 1);
    raise notice 'The audit is now in epoch %.', present + 1;
end
$$;
commit;
