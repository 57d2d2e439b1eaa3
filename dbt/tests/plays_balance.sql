{{ config(description='Plays in staging = plays in the daily facts + plays filtered with a named reason; one row when they differ.') }}

with staged as (
    select count(*) as plays from {{ source('staging', 'listen_events') }}
),

counted as (
    select coalesce(sum(plays), 0) as plays from {{ ref('int_daily_plays') }}
),

filtered as (
    select coalesce(sum(plays), 0) as plays from {{ ref('int_filtered_plays') }}
)

select staged.plays as staged, counted.plays as counted, filtered.plays as filtered
from staged
cross join counted
cross join filtered
where staged.plays != counted.plays + filtered.plays
