/** Search attributes that every workflow is found by in the Temporal Web UI, with Temporal's type names. */
export const SEARCH_ATTRIBUTES = [
  { name: 'Asset', type: 'KEYWORD_LIST' },
  { name: 'Partition', type: 'KEYWORD_LIST' },
  { name: 'Topic', type: 'KEYWORD' },
  { name: 'Kind', type: 'KEYWORD' },
  { name: 'Outcome', type: 'KEYWORD' },
] as const;
