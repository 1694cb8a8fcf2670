import type { Fault } from '../domain/fault.ts';
import type { RoleDefinition } from './least-role.ts';
import type { NeededAction } from './needed-actions.ts';
import { alignRows, type Paper, paint, printable, wrapText } from './text.ts';

/** What the identity may in one subscription, compared with what it needs; or why nobody could say. */
export type ScopeRights =
  | { readonly subscription: string; readonly missing: readonly NeededAction[]; readonly dangers: readonly string[] }
  | { readonly subscription: string /** Whether it can be seen at all. */; readonly isSeen: boolean; readonly fault: Fault };

export function showPermissions(rights: readonly ScopeRights[], role: RoleDefinition, paper: Paper): string {
  const blind = rights.filter((one) => 'fault' in one || one.missing.length > 0);
  const parts = [
    ...rights.map((one) => showScope(one, paper)),
    ...(blind.length === 0
      ? []
      : [
          howToMend(
            role,
            blind.map(({ subscription }) => subscription),
            paper,
          ),
        ]),
  ];
  return parts.join('\n\n');
}

function showScope(rights: ScopeRights, paper: Paper): string {
  const title = paint(`Subscription ${rights.subscription}`, 'bold', paper);
  if ('fault' in rights) {
    const unseen = '✗ cannot be seen at all: it is gone, of another tenant, or the identity has no role there';
    const lines = [...(rights.isSeen ? [] : [unseen]), `? could not ask (${rights.fault.code}): ${rights.fault.message}`];
    return [title, ...lines.map((line) => paragraph(line, paper))].join('\n');
  }
  const { missing, dangers } = rights;
  const verdict =
    missing.length === 0 ? '✓ nothing is missing' : `✗ ${missing.length} ${missing.length === 1 ? 'action is' : 'actions are'} missing`;
  return [title, paragraph(verdict, paper), ...missing.map((one) => showMissing(one, paper)), ...showDangers(dangers, paper)].join('\n');
}

function showMissing({ action, checks, uses }: NeededAction, paper: Paper): string {
  const rows = [
    ...(checks.length === 0 ? [] : [['unknown:', checks.join(', ')]]),
    ...(uses.length === 0 ? [] : [['does not work:', uses.join('; ')]]),
  ];
  return `\n  ${action}\n${alignRows(rows, '    ', widthOf(paper))}`;
}

function showDangers(dangers: readonly string[], paper: Paper): readonly string[] {
  if (dangers.length === 0) return [];
  const lines = dangers.map((action) => `    ${printable(action)}`);
  return ['', paragraph('! the identity is allowed what claimwatch never does; take it away:', paper), ...lines];
}

/** Commands on lines of their own, however long: they are there to be copied. */
function howToMend(role: RoleDefinition, subscriptions: readonly string[], paper: Paper): string {
  const assignments = subscriptions.map(
    (id) =>
      `az role assignment create --assignee-object-id "$OBJECT_ID" --assignee-principal-type ServicePrincipal --role "${role.Name}" --scope "/subscriptions/${id}"`,
  );
  return [
    paint('How to mend it', 'bold', paper),
    paragraph('As somebody who may define and assign roles there. OBJECT_ID is that of the identity in Microsoft Entra ID.', paper),
    paragraph('Where Azure refuses an action because it does not know it, take that line out: the service is gone.', paper),
    '',
    "cat > claimwatch-role.json <<'END'",
    JSON.stringify(role, null, 2),
    'END',
    'az role definition create --role-definition claimwatch-role.json || az role definition update --role-definition claimwatch-role.json',
    ...assignments,
  ].join('\n');
}

function paragraph(text: string, paper: Paper): string {
  return `  ${wrapText(printable(text), widthOf(paper) - 2, '    ')}`;
}

function widthOf({ columns }: Paper): number {
  return Math.max(60, columns);
}
