-- What of a text goes into an address as it is, and what as %xx.
create function marts.url_encoded(plain text)
returns text
language sql immutable
set search_path = pg_catalog
as $$
    select
        coalesce(
            string_agg(
                case
                    when c.letter ~ '[A-Za-z0-9]' then c.letter
                    else regexp_replace(upper(encode(convert_to(c.letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
                end, '' order by c.place
            ), ''
        )
    from regexp_split_to_table($1, '') with ordinality as c (letter, place)
$$;

comment on function marts.url_encoded(text)
is 'A text with all but letters and digits of ASCII as %xx.';


-- The way to a figure: an XBRL fact's id is an anchor of the filing; for a table's row or a sentence a browser looks up its words.
create function marts.link(url text, locator text, label text)
returns text
language sql immutable
set search_path = pg_catalog
return case
    when url is null then null
    when locator ~ '^[A-Za-z_][A-Za-z0-9_.:-]*$' then url || '#' || locator
    when locator ~ 'row \d+ ".+?"'
        then url || '#:~:text=' || marts.url_encoded(substring(locator from 'row [0-9]{1,6}? "(.+?)"(?:, column |$)'))
    when locator ~ '^text ' and label ~ '\S+\s+\S+'
        then url || '#:~:text=' || marts.url_encoded(array_to_string((regexp_split_to_array(btrim(label), '\s+'))[1:6], ' '))
    else url
end;

comment on function marts.link(text, text, text)
is 'Where a figure stands: url with an anchor, or with a fragment by which a browser finds its row or sentence.';


create function marts.stands(accession text, form text, url text, locator text, label text)
returns jsonb
language sql immutable
set search_path = pg_catalog
return jsonb_build_object('accession', accession, 'form', form, 'url', url, 'locator', locator, 'link', marts.link(url, locator, label));

comment on function marts.stands(text, text, text, text, text)
is 'Where a figure stands, as the columns `sources` tell it: accession, form, url, locator and link.';
