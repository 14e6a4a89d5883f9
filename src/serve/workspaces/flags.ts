import type { Flag } from '../flags.ts';
import { workspaceFiles, workspaceMiB, workspacesMax, workspacesMiB } from '../limits.ts';

/** What there is to set of workspaces. */
export const workspaceFlags = [
  {
    name: 'workspaces',
    value: 'DIR',
    help: 'Lay out what runs without a server-directory send, in DIR, which OpenCode must see at the same path.',
  },
  {
    name: 'workspaces-state',
    value: 'DIR',
    help: "Where their repositories are kept, out of OpenCode's reach. Default: mention-loop in the state folder of the user.",
  },
  {
    name: 'workspaces-max',
    value: 'N',
    byDefault: String(workspacesMax),
    help: 'How many there may be; the one that was used longest ago makes room.',
  },
  {
    name: 'workspaces-quota',
    value: 'MIB',
    byDefault: String(workspacesMiB),
    help: 'What they may hold together, in MiB, as they were sent.',
  },
  {
    name: 'workspace-size',
    value: 'MIB',
    byDefault: String(workspaceMiB),
    help: 'Largest snapshot, and largest patch of one, in MiB.',
  },
  {
    name: 'workspace-files',
    value: 'N',
    byDefault: String(workspaceFiles),
    help: 'How many files a snapshot may have.',
  },
] as const satisfies readonly Flag[];
