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
is 'Text with every character but ASCII letters and digits percent-encoded.';


-- The id of an XBRL fact is an anchor in the filing; a table row or sentence is found by a text fragment.
create function marts.link(url text, locator text, label text)
returns text
language sql immutable
set search_path = pg_catalog
return case
    when url is null or locator is null then null
    when locator ~ '^[A-Za-z_][A-Za-z0-9_.:-]*$' then url || '#' || locator
    when locator ~ 'row \d+ ".+?"'
        then url || '#:~:text=' || marts.url_encoded(substring(locator from 'row [0-9]{1,6}? "(.+?)"(?:, column |$)'))
    when locator ~ '^text ' and label ~ '\S+\s+\S+'
        then url || '#:~:text=' || marts.url_encoded(array_to_string((regexp_split_to_array(btrim(label), '\s+'))[1:6], ' '))
    else url
end;

comment on function marts.link(text, text, text)
is 'URL that opens a document at a figure, by an anchor or by a text fragment; null without a place in it.';


-- An input of the row's own document has no address of its own.
create function marts.cited(inputs jsonb, accession text, form text, url text)
returns jsonb
language sql immutable
set search_path = pg_catalog
return coalesce(
    (
        select
            jsonb_agg(
                jsonb_build_object('accession', accession, 'form', form, 'url', url) || i.input
                || jsonb_build_object('link', marts.link(coalesce(i.input ->> 'url', url), i.input ->> 'locator', i.input ->> 'label'))
                order by i.place
            )
        from jsonb_array_elements(inputs) with ordinality as i (input, place)
    ), '[]'
);

comment on function marts.cited(jsonb, text, text, text)
is 'Inputs of a figure, each with accession, form, url and link; those of the row for inputs of its own document.';


create function marts.source_ref(accession text, form text, url text, locator text, label text, inputs jsonb)
returns jsonb
language sql immutable
set search_path = pg_catalog
return jsonb_build_object('accession', accession, 'form', form, 'url', url, 'locator', locator, 'link', marts.link(url, locator, label))
|| case when locator is null then jsonb_build_object('inputs', inputs) else '{}' end;

comment on function marts.source_ref(text, text, text, text, text, jsonb)
is 'Source of a figure as in the columns named sources: accession, form, url, locator and link; inputs if it is derived.';
