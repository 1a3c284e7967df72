{#
  Words in Latin letters that stand in a Russian record by right: parts of textbooks, terms of grammar, file and
  exercise names. Words of three letters (sin, WB, of), formulas and names with a digit or a sign are never counted.
#}
{%- set foreign_words = [
    'unit', 'units', 'module', 'modules', 'lesson', 'lessons', 'starter', 'step', 'steps', 'section', 'part', 'round',
    'lektion', 'kapitel', 'modul', 'einheit', 'leçon', 'unité', 'lección', 'unidad', 'test', 'tests', 'quiz', 'page',
    'pages', 'exercise', 'exercises', 'exer', 'übung', 'seite', 'book', 'workbook', 'activity', 'student', 'students',
    'pupil', 'pupils', 'teacher', 'spotlight', 'starlight', 'rainbow', 'forward', 'enjoy', 'english', 'deutsch',
    'horizonte', 'français', 'español', 'grammar', 'vocabulary', 'reading', 'listening', 'writing', 'speaking',
    'culture', 'corner', 'skills', 'progress', 'check', 'project', 'portfolio', 'present', 'past', 'future', 'simple',
    'continuous', 'progressive', 'perfect', 'passive', 'active', 'voice', 'conditional', 'conditionals', 'infinitive',
    'gerund', 'participle', 'tense', 'tenses', 'complex', 'object', 'subject', 'reported', 'speech', 'modal', 'verb',
    'verbs', 'phrasal', 'there', 'going', 'used', 'have', 'präsens', 'perfekt', 'präteritum', 'plusquamperfekt',
    'futur', 'futurum', 'akkusativ', 'dativ', 'genitiv', 'nominativ', 'konjunktiv', 'passiv', 'partizip', 'passé',
    'composé', 'imparfait', 'présent', 'subjonctif',
] -%}
{%- set quoted -%}
'[«“„"‘][^«»“”„"‘’]*[»”“"’]'
{%- endset -%}
{%- set unit_name -%}
'(?i)(unit|module|lesson|starter|section|lektion|kapitel|modul|leçon|unité|lección|unidad)[ ]*[0-9ivx]+[a-z]?[ .:,–—-]+[a-zäöüßàâçéèêëîïôûùñáíóúæœ,&’ –-]*'
{%- endset -%}
{%- set breaks = ' \u00a0\t\n\r,!?()[]{}«»"“”„|*•…' -%}
with texts as (

    select * from {{ ref('int_lesson_texts') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

fields as (

    select
        school_id,
        lesson_id,
        subject_id,
        'теме' as field,
        topic as field_text
    from texts
    where topic <> ''
    union all
    select
        school_id,
        lesson_id,
        subject_id,
        'задании' as field,
        homework_text as field_text
    from texts
    where homework_text <> ''

),

-- few records have any letters but Russian ones
suspects as (

    select
        fields.school_id,
        fields.lesson_id,
        fields.field,
        replace(fields.field_text, ';', ' ') as text_0,
        (
            lower(subjects.subject_name) like '%иностран%'
            or lower(subjects.subject_name) like '%англ%'
            or lower(subjects.subject_name) like '%немец%'
            or lower(subjects.subject_name) like '%франц%'
            or lower(subjects.subject_name) like '%испан%'
            or lower(subjects.subject_name) like '%итальян%'
        ) as is_foreign_language,
        (
            lower(subjects.subject_name) like '%информат%'
            or lower(subjects.subject_name) like '%программ%'
            or lower(subjects.subject_name) like '%робот%'
        ) as is_about_programs
    from fields
    inner join subjects on fields.school_id = subjects.school_id and fields.subject_id = subjects.subject_id
    where
        {{ letters_of('fields.field_text', 'latin') }} >= {{ own_measure('entries_in_russian.share') }}
        * {{ own_measure('entries_in_russian.min_count') }}

),

{# no function that both engines write alike takes out every part that a pattern finds: one part a step #}
{% for step in range(6) -%}
without_{{ step + 1 }} as (

    select
        school_id,
        lesson_id,
        field,
        is_foreign_language,
        is_about_programs,
        {% if step < 4 -%}
        replace(text_{{ step }}, regexp_extract(text_{{ step }}, {{ quoted }}, 0), ' ') as text_{{ step + 1 }}
        {%- else -%}
        case
            when is_foreign_language
                then replace(text_{{ step }}, regexp_extract(text_{{ step }}, {{ unit_name }}, 0), ' ')
            else text_{{ step }}
        end as text_{{ step + 1 }}
        {%- endif %}
    from {{ 'without_' ~ step if step else 'suspects' }}

),

{% endfor -%}

words as (

    select
        school_id,
        lesson_id,
        field,
        is_foreign_language,
        is_about_programs,
        {{ each_of("translate(text_6, '" ~ breaks ~ "', '" ~ ';' * (breaks | length) ~ "')") }} as raw_word
    from without_6

),

trimmed as (

    select
        *,
        regexp_extract(raw_word, '^[.:/–—-]*(.*?)[.:/–—-]*$', 1) as word
    from words

),

counted as (

    select
        school_id,
        lesson_id,
        field,
        is_about_programs,
        {{ letters_of('word', 'russian') }} as n_russian,
        case
            when length(word) < 4 then 0
            when regexp_extract(word, '^[A-Za-zÀ-ÿŒœ][A-Za-zÀ-ÿŒœ’''-]*$', 0) = '' then 0
            -- NaOH, PowerPoint, HTML
            when regexp_extract(word, '^[A-Za-zÀ-ÿ][a-zà-ÿœ’''-]*$', 0) = '' then 0
            -- Python, Beethoven: outside lessons of a language a capital letter begins a name
            when not is_foreign_language and regexp_extract(word, '^[a-zà-ÿœ]', 0) = '' then 0
            when lower(word) in ({{ quoted_list(foreign_words) }}) then 0
            else {{ letters_of('word', 'latin') }}
        end as n_latin
    from trimmed
    where word <> ''

),

weighed as (

    select
        school_id,
        lesson_id,
        field,
        bool_or(is_about_programs) as is_about_programs,
        cast(sum(n_russian) as bigint) as n_russian,
        cast(sum(n_latin) as bigint) as n_latin,
        cast(sum(case when n_latin > 0 then 1 else 0 end) as bigint) as n_words
    from counted
    group by school_id, lesson_id, field

),

found as (

    select
        school_id,
        lesson_id,
        max(field) as field,
        bool_or(is_about_programs) as is_about_programs
    from weighed
    where
        n_words >= 2
        and n_latin + n_russian >= {{ own_measure('entries_in_russian.min_count') }}
        and n_latin > {{ own_measure('entries_in_russian.share') }} * (n_latin + n_russian)
    group by school_id, lesson_id

),

int_lesson_language as (

    select
        texts.school_id,
        texts.lesson_id,
        'entries_in_russian' as rule,
        case
            when texts.topic = '' and texts.homework_text = '' then 'not_applicable'
            when found.is_about_programs then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when texts.topic = '' and texts.homework_text = '' then 'тема и задание не записаны'
            when found.is_about_programs
                then
                    'в ' || found.field
                    || ' урока много латинских букв: слова языка программирования или иностранный текст'
            else 'в ' || found.field || ' урока много слов латинскими буквами'
        end as detail
    from texts
    left join found on texts.school_id = found.school_id and texts.lesson_id = found.lesson_id
    where found.lesson_id is not null or (texts.topic = '' and texts.homework_text = '')

)

select * from int_lesson_language
