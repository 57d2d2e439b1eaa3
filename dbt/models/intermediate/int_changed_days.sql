{%- set plays = adapter.get_relation(database=this.database, schema=this.schema, identifier='int_plays') if execute -%}

with loads as (
    {{ loaded_hours('listen_events') }}
),

{% if plays -%}
built as (
    select played_on, landed_hour, load_position, sum(copies) as plays
    from {{ plays }}
    group by played_on, landed_hour, load_position
),
{% else -%}
built as (
    select date '1970-01-01' as played_on, timestamp '1970-01-01 00:00:00+00' as landed_hour, 0 as load_position, 0 as plays
    from loads
    where false
),
{% endif %}
built_hours as (
    select landed_hour, load_position, sum(plays) as plays
    from built
    group by landed_hour, load_position
),

changed_hours as (
    select distinct coalesce(loads.hour, built_hours.landed_hour) as landed_hour
    from loads
    full join built_hours on loads.hour = built_hours.landed_hour and loads.position = built_hours.load_position
    where coalesce(loads.plays, 0) != coalesce(built_hours.plays, 0)
),

landed as (
    select distinct
        cast(listens.ts as date) as played_on,
        listens._landed_hour as landed_hour
    from {{ source('staging', 'listen_events') }} as listens
    inner join changed_hours on listens._landed_hour = changed_hours.landed_hour
),

unchanged as (
    select distinct built.played_on, built.landed_hour
    from built
    left join changed_hours on built.landed_hour = changed_hours.landed_hour
    where changed_hours.landed_hour is null
),

-- Which landing hours hold plays of which day, as staging is now.
places as (
    select played_on, landed_hour from landed
    union all
    select played_on, landed_hour from unchanged
),

touched as (
    select played_on from landed
    union distinct
    select built.played_on
    from built
    inner join changed_hours on built.landed_hour = changed_hours.landed_hour
),

-- A play lasts until the next one of its session, which may be the first of the day after.
changed_days as (
    select played_on from touched
    union distinct
    select date_sub(played_on, interval 1 day) as played_on from touched
),

final as (
    select
        changed_days.played_on,
        places.landed_hour,
        not coalesce(
            logical_or(places.played_on = changed_days.played_on) over (partition by changed_days.played_on), false
        ) as is_gone
    from changed_days
    left join places
        on places.played_on between changed_days.played_on and date_add(changed_days.played_on, interval 1 day)
)

select distinct
    played_on,
    case when not is_gone then landed_hour end as landed_hour,
    is_gone
from final
