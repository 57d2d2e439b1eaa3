import { z } from 'zod';

const Event = z.object({
  info: z.object({ level: z.string(), msg: z.string() }),
  data: z.looseObject({}),
});

const Node = z.object({
  node_info: z.object({ node_name: z.string(), node_status: z.string(), node_finished_at: z.string() }),
  status: z.string().optional(),
  index: z.int(),
  total: z.int().optional(),
  num_models: z.int().optional(),
});

/** What one line of dbt's JSON log says that we care about: that a model or test ended, or an error. */
export type LogEvent =
  | { readonly kind: 'ended'; readonly line: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'other' };

/** Reads one line of `--log-format json`. Anything else, and events that are not known, are 'other'. */
export function readLogLine(line: string): LogEvent {
  const event = Event.safeParse(jsonOf(line));
  if (!event.success) return { kind: 'other' };
  const { info, data } = event.data;
  const node = Node.safeParse(data);
  if (node.success && hasEnded(node.data)) return { kind: 'ended', line: progressOf(node.data) };
  if (info.level === 'error' && info.msg.trim() !== '') return { kind: 'error', message: firstLines(info.msg) };
  return { kind: 'other' };
}

/** Unit tests tell their status beside the node, all else in it. */
function hasEnded({ node_info, status }: z.infer<typeof Node>): boolean {
  return node_info.node_finished_at !== '' || status !== undefined;
}

function progressOf({ node_info, status, index, total, num_models }: z.infer<typeof Node>): string {
  const outcome = node_info.node_finished_at === '' ? status : node_info.node_status;
  return `${node_info.node_name}: ${String(outcome)} (${String(index)} of ${String(total ?? num_models)})`;
}

function firstLines(message: string): string {
  const lines = message.replace(/^Encountered an error:\s*/, '').split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 3)
    .join(' ');
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
