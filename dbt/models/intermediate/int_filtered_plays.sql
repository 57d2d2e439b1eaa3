with landed as (
    select count(*) as plays from {{ source('staging', 'listen_events') }}
),

plays as (
    select filter_reason from {{ ref('int_plays') }}
),

reasons as (
    {% for reason in ['no_listener', 'no_song', 'no_duration'] -%}
    select '{{ reason }}' as reason, count(*) as plays from plays where filter_reason = '{{ reason }}'
    union all
    {% endfor -%}
    select 'duplicate' as reason, landed.plays - kept.plays as plays
    from landed
    cross join (select count(*) as plays from plays) as kept
)

select reason, plays from reasons
