{# Texts of lessons as they are compared: what differs in case, ё, blanks and punctuation alone is one text. #}
{% macro plain_text(text) -%}
    translate(
        lower({{ text }}),
        'ё {{ "\u00a0\t\n\r" }}.,;:!?…-–—−‑()[]{}<>«»"“”„''’`/|№#*_+=~^%&@$§·•',
        'е'
    )
{%- endmacro %}

{# How many letters of an alphabet stand in a text. #}
{% macro letters_of(text, alphabet) -%}
    {%- set letters = {
        'latin': 'abcdefghijklmnopqrstuvwxyzäöüßàâçéèêëîïôûùñáíóúæœ',
        'russian': 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
    } -%}
    (length({{ text }}) - length(translate(lower({{ text }}), '{{ letters[alphabet] }}', '')))
{%- endmacro %}
