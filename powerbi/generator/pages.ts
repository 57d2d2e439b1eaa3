import { dates, fieldsOf, type Field } from './fields.ts';
import type { Box, Filter, Visual } from './visuals.ts';

/** One page of the report; `name` is its folder. */
export interface Page {
  readonly name: string;
  readonly title: string;
  readonly visuals: readonly Visual[];
}

const MARGIN = 16;
const CARD = { width: 300, height: 104 };
const TOP = MARGIN + CARD.height + MARGIN;
const LEFT: Box = { x: MARGIN, y: TOP, width: 616, height: 568 };
const UPPER: Box = { x: 648, y: TOP, width: 616, height: 276 };
const LOWER: Box = { x: 648, y: TOP + 292, width: 616, height: 276 };

const songs = fieldsOf('mart_top_songs');
const users = fieldsOf('mart_active_users');
const places = fieldsOf('mart_location_analytics');

/** The report: one page for each of the three questions. */
export const PAGES: readonly Page[] = [
  {
    name: 'top_songs',
    title: 'Top songs',
    visuals: [
      ...cards(['Songs', 'Song plays', 'Qualified play share', 'Top songs as of'].map(songs.measure)),
      {
        name: 'most_popular',
        type: 'clusteredBarChart',
        title: 'The 20 most popular songs',
        box: LEFT,
        roles: { Category: [songs.column('song')], Y: [songs.measure('Popularity')] },
        sort: { by: songs.measure('Popularity'), direction: 'Descending' },
        filters: [{ field: songs.column('popularity_rank'), is: { atMost: 20 } }],
      },
      {
        name: 'plays_by_time_of_day',
        type: 'clusteredColumnChart',
        title: 'Plays by the time of day at which a song is played most',
        box: UPPER,
        roles: { Category: [songs.column('peak_time_of_day')], Y: [songs.measure('Song plays')] },
      },
      {
        name: 'songs',
        type: 'tableEx',
        title: 'All songs',
        box: LOWER,
        roles: {
          Values: [
            'popularity_rank',
            'song',
            'artist',
            'popularity_score',
            'total_plays',
            'unique_listeners',
            'paid_ratio_pct',
          ].map(songs.column),
        },
        sort: { by: songs.column('popularity_rank'), direction: 'Ascending' },
      },
    ],
  },
  {
    name: 'active_users',
    title: 'Active users',
    visuals: [
      ...cards(['Listeners', 'Active listeners', 'Paid listener share', 'Active users as of'].map(users.measure)),
      {
        name: 'lifecycle',
        type: 'clusteredBarChart',
        title: 'Listeners by where they are in their life with us',
        box: { ...LEFT, height: 276 },
        roles: { Category: [users.column('lifecycle_stage')], Y: [users.measure('Listeners')] },
        sort: { by: users.measure('Listeners'), direction: 'Descending' },
      },
      {
        name: 'engagement',
        type: 'clusteredColumnChart',
        title: 'Plays per listener, by engagement',
        box: { ...LEFT, y: LOWER.y, height: 276 },
        roles: { Category: [users.column('engagement_segment')], Y: [users.measure('Plays per listener')] },
        sort: { by: users.measure('Plays per listener'), direction: 'Descending' },
      },
      {
        name: 'registrations',
        type: 'clusteredColumnChart',
        title: 'Listeners by the month in which they registered',
        box: UPPER,
        roles: { Category: [dates('Month')], Y: [users.measure('Listeners')] },
        sort: { by: dates('Month'), direction: 'Ascending' },
      },
      {
        name: 'listeners',
        type: 'tableEx',
        title: 'Listeners',
        box: LOWER,
        roles: {
          Values: [
            'full_name',
            'current_level',
            'lifecycle_stage',
            'engagement_segment',
            'total_plays',
            'active_days',
            'location',
          ].map(users.column),
        },
        sort: { by: users.column('total_plays'), direction: 'Descending' },
      },
    ],
  },
  {
    name: 'locations',
    title: 'Locations',
    visuals: [
      ...cards(['Place plays', 'Places', 'Place paid play share'].map(places.measure), [ofLevel('state')]),
      ...cards([places.measure('Location analytics as of')], [], 3),
      {
        name: 'map',
        type: 'azureMap',
        title: 'Plays by city',
        box: LEFT,
        roles: {
          Category: [places.column('location')],
          Y: [places.column('latitude')],
          X: [places.column('longitude')],
          Size: [places.measure('Place plays')],
        },
        filters: [ofLevel('city')],
      },
      {
        name: 'states',
        type: 'clusteredBarChart',
        title: 'Plays by state',
        box: UPPER,
        roles: { Category: [places.column('state')], Y: [places.measure('Place plays')] },
        sort: { by: places.measure('Place plays'), direction: 'Descending' },
        filters: [ofLevel('state')],
      },
      {
        name: 'cities',
        type: 'tableEx',
        title: 'Cities',
        box: LOWER,
        roles: {
          Values: [
            'location_rank',
            'location',
            'total_plays',
            'unique_users',
            'plays_per_user',
            'paid_user_pct',
            'is_small_sample',
          ].map(places.column),
        },
        sort: { by: places.column('location_rank'), direction: 'Ascending' },
        filters: [ofLevel('city')],
      },
    ],
  },
];

/** Every play stands in one row of each geo level: a visual shows one of them. */
function ofLevel(level: 'state' | 'city'): Filter {
  return { field: places.column('geo_level'), is: level };
}

function cards(measures: readonly Field[], filters: readonly Filter[] = [], first = 0): readonly Visual[] {
  return measures.map((measure, at) => ({
    name: `card_${measure.name.toLowerCase().replaceAll(/\W+/g, '_')}`,
    type: 'card',
    title: measure.name,
    box: { ...CARD, x: MARGIN + (first + at) * (CARD.width + MARGIN), y: MARGIN },
    roles: { Values: [measure] },
    filters,
  }));
}
