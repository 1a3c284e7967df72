{# Russian texts put together in SQL. #}

{# The form of a noun that goes with a number: 1 урок, 2 урока, 5 уроков. #}
{% macro plural_ru(number, one, few, many) -%}
    case
        when {{ number }} % 100 between 11 and 14 then {{ many }}
        when {{ number }} % 10 = 1 then {{ one }}
        when {{ number }} % 10 between 2 and 4 then {{ few }}
        else {{ many }}
    end
{%- endmacro %}

{# A number with a decimal comma: «4,57». #}
{% macro number_ru(number, digits=2) -%}
    replace(cast(cast(round({{ number }}, {{ digits }}) as decimal(18, {{ digits }})) as varchar), '.', ',')
{%- endmacro %}

{# A length of time in minutes: «15 мин», «3 ч», «2 дн.». #}
{% macro duration_ru(minutes) -%}
    case
        when {{ minutes }} < 60 then cast({{ minutes }} as varchar) || ' мин'
        when {{ minutes }} < 2880 then cast(cast(floor({{ minutes }} / 60.0) as bigint) as varchar) || ' ч'
        else cast(cast(floor({{ minutes }} / 1440.0) as bigint) as varchar) || ' дн.'
    end
{%- endmacro %}

{# The first letter of a name with a point and a leading blank, or nothing: « А.». #}
{% macro initial(name) -%}
    case when coalesce({{ name }}, '') = '' then '' else ' ' || upper(substr({{ name }}, 1, 1)) || '.' end
{%- endmacro %}

{# A name as names are compared: case, ё and the point of an initial do not count. #}
{% macro plain_name(name) -%}
    replace(replace(lower(coalesce({{ name }}, '')), 'ё', 'е'), '.', '')
{%- endmacro %}

{# Whether a plain name is another one, its initial, or not said at all. #}
{% macro is_shorter_or_same(name, other) -%}
    ({{ name }} = '' or {{ name }} = {{ other }} or {{ name }} = substr({{ other }}, 1, 1))
{%- endmacro %}

{# Codes typed with Latin look-alikes or in lower case are the same codes. The readers fold alike (labels.fold):
   Latin H looks like Н, Latin h does not, so letters are exchanged before the case is. #}
{% macro normal_code(code) -%}
    replace(upper(translate(trim({{ code }}), 'ABCEHKMOPTXYaceopxy', 'АВСЕНКМОРТХУасеорху')), 'Ё', 'Е')
{%- endmacro %}

{# A name inside a sentence: «Физика» becomes «физика», «ОБЖ» stays. #}
{% macro lower_first(name) -%}
    case
        when substr({{ name }}, 2, 1) = lower(substr({{ name }}, 2, 1))
            then lower(substr({{ name }}, 1, 1)) || substr({{ name }}, 2)
        else {{ name }}
    end
{%- endmacro %}

{# The items of a list as SQL literals. #}
{% macro quoted_list(items) -%}
    '{{ items | join("', '") }}'
{%- endmacro %}

{# Whether a value stands in a text of values joined by `;`, blanks aside. #}
{% macro is_listed(item, listed) -%}
    ';' || replace(replace({{ listed }}, ' ', ''), ',', ';') || ';' like '%;' || {{ item }} || ';%'
{%- endmacro %}

{# Somebody whom no export names, by the id of his journal: «ученик 12345». #}
{% macro nameless(role, id) -%}
    '{{ role }} ' || regexp_extract({{ id }}, '([^:]*)$', 1)
{%- endmacro %}
