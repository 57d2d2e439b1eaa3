import type { PageViewEvent } from '../assets/topics/page_view_events.ts';

/** How a listener may stand: login and level. */
export const STANDINGS = {
  'Guest/free': ['Guest', 'free'],
  'Logged In/free': ['Logged In', 'free'],
  'Logged In/paid': ['Logged In', 'paid'],
  'Logged Out/free': ['Logged Out', 'free'],
  'Logged Out/paid': ['Logged Out', 'paid'],
  'Cancelled/free': ['Cancelled', 'free'],
  'Cancelled/paid': ['Cancelled', 'paid'],
} as const satisfies Record<string, readonly [PageViewEvent['auth'], PageViewEvent['level']]>;

/** One of the standings. */
export type Standing = keyof typeof STANDINGS;

/** How each page is asked for and answered. */
export const PAGES = {
  About: ['GET', 200],
  Cancel: ['PUT', 307],
  'Cancellation Confirmation': ['GET', 200],
  Downgrade: ['GET', 200],
  Error: ['GET', 404],
  Help: ['GET', 200],
  Home: ['GET', 200],
  Login: ['PUT', 307],
  Logout: ['PUT', 307],
  NextSong: ['PUT', 200],
  Register: ['GET', 200],
  'Save Settings': ['PUT', 307],
  Settings: ['GET', 200],
  'Submit Downgrade': ['PUT', 307],
  'Submit Registration': ['PUT', 307],
  'Submit Upgrade': ['PUT', 307],
  Upgrade: ['GET', 200],
} as const satisfies Record<string, readonly [PageViewEvent['method'], number]>;

/** A page of the service. */
export type Page = keyof typeof PAGES;

/** From one page to the next with a probability; the standing is named where it changes. */
export type Edge = readonly [page: Page, probability: number, standing?: Standing];

/** For each standing and page, where a listener goes next; what is missing to 1 ends the session. */
// prettier-ignore
export const TRANSITIONS: Readonly<Record<Standing, Readonly<Partial<Record<Page, readonly Edge[]>>>>> = {
  'Guest/free': {
    About: [['About', 0.05], ['Help', 0.05], ['Home', 0.3], ['Register', 0.1], ['Error', 0.001]],
    Help: [['About', 0.0025], ['Help', 0.1], ['Home', 0.2], ['Register', 0.03], ['Error', 0.001]],
    Home: [['About', 0.1], ['Help', 0.05], ['Home', 0.1], ['Register', 0.3], ['Error', 0.001]],
    Register: [['About', 0.01], ['Help', 0.02], ['Home', 0.1], ['Register', 0.05], ['Submit Registration', 0.7, 'Logged In/free'], ['Error', 0.001]],
    Error: [['About', 0.01], ['Help', 0.05], ['Home', 0.5], ['Error', 0.1]],
  },
  'Logged In/free': {
    'Submit Registration': [['Error', 0.001, 'Guest/free'], ['Home', 0.999]],
    About: [['About', 0.05], ['Help', 0.01], ['Home', 0.2], ['Settings', 0.01], ['NextSong', 0.3], ['Logout', 0.01], ['Error', 0.001]],
    Help: [['About', 0.002], ['Help', 0.1], ['Home', 0.2], ['Settings', 0.05], ['Upgrade', 0.01], ['NextSong', 0.32], ['Logout', 0.01], ['Error', 0.001]],
    Home: [['About', 0.002], ['Help', 0.002], ['Home', 0.01], ['Settings', 0.02], ['Upgrade', 0.01], ['NextSong', 0.6], ['Logout', 0.01], ['Error', 0.001]],
    Settings: [['About', 0.002], ['Help', 0.05], ['Home', 0.1], ['Settings', 0.1], ['Upgrade', 0.01], ['NextSong', 0.3], ['Cancel', 0.005], ['Logout', 0.01], ['Save Settings', 0.2], ['Error', 0.001]],
    Upgrade: [['About', 0.002], ['Help', 0.006], ['Home', 0.1], ['Upgrade', 0.07], ['NextSong', 0.325], ['Logout', 0.01], ['Submit Upgrade', 0.3], ['Error', 0.001]],
    NextSong: [['About', 0.002], ['Help', 0.005], ['Home', 0.02], ['Settings', 0.005], ['Upgrade', 0.01], ['NextSong', 0.5], ['Logout', 0.02], ['Error', 0.001]],
    Cancel: [['Cancellation Confirmation', 0.999, 'Cancelled/free'], ['Error', 0.001]],
    Logout: [['Home', 1, 'Logged Out/free']],
    'Save Settings': [['Home', 0.65], ['Settings', 0.1], ['Error', 0.001]],
    'Submit Upgrade': [['Home', 1, 'Logged In/paid']],
    Error: [['About', 0.001], ['Help', 0.002], ['Home', 0.1], ['NextSong', 0.3], ['Logout', 0.01], ['Error', 0.01]],
  },
  'Logged Out/free': {
    About: [['About', 0.05], ['Help', 0.025], ['Home', 0.3], ['Login', 0.4], ['Error', 0.001]],
    Help: [['About', 0.0025], ['Help', 0.1], ['Home', 0.3], ['Login', 0.5], ['Error', 0.001]],
    Home: [['About', 0.1], ['Help', 0.05], ['Home', 0.1], ['Login', 0.5], ['Error', 0.001]],
    Login: [['Home', 0.9, 'Logged In/free'], ['Home', 0.099], ['Error', 0.001]],
    Error: [['About', 0.01], ['Help', 0.05], ['Home', 0.5], ['Login', 0.1], ['Error', 0.01]],
  },
  'Logged In/paid': {
    About: [['About', 0.05], ['Help', 0.01], ['Home', 0.2], ['Settings', 0.01], ['NextSong', 0.4], ['Logout', 0.01], ['Error', 0.001]],
    Downgrade: [['About', 0.002], ['Downgrade', 0.07], ['Help', 0.006], ['Home', 0.1], ['NextSong', 0.63], ['Logout', 0.01], ['Submit Downgrade', 0.01], ['Error', 0.001]],
    Help: [['About', 0.002], ['Downgrade', 0.01], ['Help', 0.05], ['Home', 0.1], ['Settings', 0.02], ['NextSong', 0.75], ['Logout', 0.01], ['Error', 0.001]],
    Home: [['About', 0.002], ['Downgrade', 0.01], ['Help', 0.002], ['Home', 0.01], ['Settings', 0.02], ['NextSong', 0.85], ['Logout', 0.01], ['Error', 0.001]],
    Settings: [['About', 0.002], ['Downgrade', 0.01], ['Help', 0.05], ['Home', 0.05], ['Settings', 0.05], ['NextSong', 0.6], ['Cancel', 0.005], ['Logout', 0.01], ['Save Settings', 0.2], ['Error', 0.001]],
    NextSong: [['About', 0.002], ['Downgrade', 0.01], ['Help', 0.005], ['Home', 0.02], ['Settings', 0.005], ['NextSong', 0.925], ['Logout', 0.01], ['Error', 0.001]],
    Cancel: [['Cancellation Confirmation', 0.999, 'Cancelled/paid'], ['Error', 0.001]],
    Logout: [['Error', 0.001], ['Home', 0.999, 'Logged Out/paid']],
    'Save Settings': [['Home', 0.8], ['Settings', 0.1], ['Error', 0.001]],
    'Submit Downgrade': [['Home', 0.999, 'Logged In/free'], ['Error', 0.001]],
    Error: [['About', 0.001], ['Help', 0.01], ['Home', 0.1], ['NextSong', 0.2], ['Logout', 0.01], ['Error', 0.001]],
  },
  'Logged Out/paid': {
    About: [['About', 0.05], ['Help', 0.05], ['Home', 0.3], ['Login', 0.1], ['Error', 0.001]],
    Help: [['About', 0.0025], ['Help', 0.1], ['Home', 0.2], ['Login', 0.03], ['Error', 0.001]],
    Home: [['About', 0.1], ['Help', 0.05], ['Home', 0.1], ['Login', 0.3], ['Error', 0.001]],
    Login: [['Home', 0.9, 'Logged In/paid'], ['Home', 0.099], ['Error', 0.001]],
    Error: [['Help', 0.05], ['Home', 0.3], ['Login', 0.1], ['Error', 0.01]],
  },
  'Cancelled/free': { 'Cancellation Confirmation': [] },
  'Cancelled/paid': { 'Cancellation Confirmation': [] },
};

/** Where a session begins, by standing, with weights. */
// prettier-ignore
export const SESSION_STARTS: Readonly<Partial<Record<Standing, readonly Edge[]>>> = {
  'Guest/free': [['About', 20], ['Help', 10], ['Home', 100], ['Register', 30], ['Error', 5]],
  'Logged In/free': [['About', 5], ['Help', 10], ['Home', 1000], ['NextSong', 1500], ['Error', 1]],
  'Logged Out/free': [['About', 10], ['Help', 10], ['Home', 1000], ['Login', 500], ['Error', 1]],
  'Logged In/paid': [['About', 5], ['Help', 5], ['Home', 1000], ['NextSong', 1750], ['Error', 1]],
  'Logged Out/paid': [['About', 10], ['Help', 10], ['Home', 1000], ['Login', 500], ['Error', 1]],
};
