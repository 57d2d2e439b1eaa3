/** The search attributes that workflows set; the same on every server of this project. @type {readonly { name: string, type: string }[]} */
export const SEARCH_ATTRIBUTES = [
  { name: 'Asset', type: 'KeywordList' },
  { name: 'Partition', type: 'KeywordList' },
  { name: 'Topic', type: 'Keyword' },
  { name: 'Kind', type: 'Keyword' },
  { name: 'Outcome', type: 'Keyword' },
];
