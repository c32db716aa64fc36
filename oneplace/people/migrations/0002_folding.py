"""How names, telephone numbers and homes are made comparable within the database."""

from django.db import migrations

# The same in Python: `science.linkage.tidying.parts_of`, `number` and `home`; a test holds them
# together. Letters without accents; a name in another script stays as it is written.
FUNCTIONS = r"""
create or replace function people_letters(written text) returns text
    language sql immutable parallel safe as $$
    select coalesce(
        nullif(regexp_replace(
            upper(replace(translate(normalize(written, nfkd), 'łŁøØđĐı', 'lLoOdDi'), 'ß', 'ss')),
            '[^A-Z]+', '', 'g'), ''),
        regexp_replace(written, '[[:space:][:punct:][:digit:]]+', '', 'g')) $$;

create or replace function people_name_parts(written text) returns setof text
    language sql immutable parallel safe as $$
    select people_letters(word)
      from regexp_split_to_table(regexp_replace(written, '[''’`´]', '', 'g'), '[\s/.,-]+') as word
     where people_letters(word) <> '' $$;

create or replace function people_phone(written text) returns text
    language sql immutable parallel safe as $$
    select case when digits ~ '^0[0-9]{9,10}$' then digits else '' end
      from (select regexp_replace(
                regexp_replace(split_part(split_part(written, 'x', 1), 'ext', 1), '[^0-9]+', '', 'g'),
                '^(0044|44(?=[0-9]{9,10}$))0?', '0') as digits) as national $$;

create or replace function people_home(uprn text, postcode text, line text) returns text
    language sql immutable parallel safe as $$
    select case
        when uprn <> '' then 'uprn:' || uprn
        when postcode = '' or line = '' then ''
        else replace(postcode, ' ', '') || ' ' || coalesce(
            (select string_agg(found[1], '/') from
                (select found from regexp_matches(upper(line), '[0-9]+[A-Z]?', 'g') as found
                  limit 3) as numbers),
            people_letters(split_part(line, ',', 1)))
    end $$;

create or replace function people_street(line text) returns text
    language sql immutable parallel safe as $$
    select case when line ~* '[0-9]' then coalesce((
        select trim(bare) from (
            select regexp_replace(trim(part), '^[0-9]+[a-z]?([-/][0-9]+[a-z]?)?[\s,]+', '', 'i'),
                   place
              from regexp_split_to_table(line, ',') with ordinality as parts (part, place)
             where trim(part) !~* '^(flat|apartment|apt|unit|room|house|block|floor)\M'
        ) as bares (bare, place)
        where bare ~ '[A-Za-z]' and bare !~ '[0-9]' order by place limit 1), '')
        else trim(split_part(line, ',', 2)) end $$;
"""
UNDO = """
drop function people_street(text); drop function people_home(text, text, text);
drop function people_phone(text); drop function people_name_parts(text);
drop function people_letters(text);
"""


class Migration(migrations.Migration):
    """Functions only; their tables came before."""

    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
