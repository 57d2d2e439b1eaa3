{% macro as_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}

{#- Trimmed text, null when nothing is left of it. -#}
{% macro filled(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}

{#- Trimmed text for a chart's axis: 'Unknown' where there is none. -#}
{% macro label(expression) -%}
    coalesce({{ filled(expression) }}, 'Unknown')
{%- endmacro %}

{#- A stable key of several text columns, as 32 hexadecimal digits. -#}
{% macro key_of(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(" ~ as_text(column) ~ ", '')") -%}
        {%- if not loop.last -%}{%- do parts.append("'||'") -%}{%- endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
