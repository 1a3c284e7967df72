{#
  The standard normal distribution function, which neither DuckDB nor Spark has built in.
  Abramowitz and Stegun, Handbook of Mathematical Functions, formula 26.2.17: absolute error below 7.5e-8.
  Give normal_cdf the column that normal_cdf_help(x) was selected into.
#}
{% macro normal_cdf_help(x) -%}
    1.0 / (1.0 + 0.2316419 * abs({{ x }}))
{%- endmacro %}

{% macro normal_cdf(x, help) -%}
    case when {{ x }} >= 0 then 1.0 else 0.0 end
    - case when {{ x }} >= 0 then 1.0 else -1.0 end
    * 0.3989422804014327 * exp(-0.5 * {{ x }} * {{ x }})
    * (
        0.319381530 * {{ help }}
        - 0.356563782 * power({{ help }}, 2)
        + 1.781477937 * power({{ help }}, 3)
        - 1.821255978 * power({{ help }}, 4)
        + 1.330274429 * power({{ help }}, 5)
    )
{%- endmacro %}
