/** What to do when Google's client finds no credentials, or none that it can use. */
export const CREDENTIALS_ADVICE =
  'Name a key or a workload identity configuration in GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login.';

const ABOUT_CREDENTIALS =
  /invalid_grant|invalid_client|unauthorized_client|invalid_target|default credentials|PEM routines|DECODER routines|private key|client_email|key must be a string/i;

/** True when what Google's client said is about credentials. */
export function isAboutCredentials(said: string): boolean {
  return ABOUT_CREDENTIALS.test(said);
}

const LONGEST = 500;

/** What was said, on one line of at most 500 characters, without anything that looks like a secret. */
export function withoutSecrets(message: string): string {
  return message
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/-----BEGIN.*?(-----END[^-]*-----|$)/g, '[key]')
    .replaceAll(/\b(Bearer\s+)?(ya29\.[\w.-]+|eyJ[\w-]+\.[\w.-]+)/g, '[token]')
    .trim()
    .replace(/\.$/, '')
    .slice(0, LONGEST);
}
