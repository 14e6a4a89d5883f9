/** One rule of OpenCode's permissions; of several that match, the last one counts. */
export interface PermissionRule {
  permission: string;
  pattern: string;
  action: 'allow' | 'deny' | 'ask';
}

/** Tools that put a question to a person. */
const questions: readonly PermissionRule[] = ['question', 'plan_enter', 'plan_exit'].map(
  (permission) => ({ permission, pattern: '*', action: 'deny' }),
);

/**
 * A session's own rules, made from its agent's so that nothing in them asks: each rule that would
 * ask is answered in advance, with the later rules of the same permission behind it, for in
 * OpenCode the session's rules come after the agent's. Nothing else is repeated: child sessions
 * inherit what is denied here.
 */
export function sessionRules(
  agentRules: readonly PermissionRule[],
  answer: 'reject' | 'allow',
): PermissionRule[] {
  const asking = new Set(
    agentRules
      .filter((rule, index) => rule.action === 'ask' && !isOverruled(agentRules, index))
      .map((rule) => rule.permission),
  );
  const first = agentRules.findIndex((rule) => rule.action === 'ask');
  const repeated = agentRules.filter(
    (rule, index) => index >= first && (asking.has(rule.permission) || hasWildcard(asking)),
  );
  return [...repeated.map((rule) => settle(rule, answer)), ...questions];
}

/**
 * Whether rules that are laid over a session's former ones leave nothing of those that allows: OpenCode
 * only adds to a session's rules (tried out on 1.18.33), and they come after the agent's.
 */
export function overrules(
  rules: readonly PermissionRule[],
  former: readonly PermissionRule[],
): boolean {
  const covers = (rule: PermissionRule, { permission, pattern }: PermissionRule): boolean =>
    ['*', permission].includes(rule.permission) && ['*', '**', pattern].includes(rule.pattern);
  return former.every((each) => each.action === 'deny' || rules.some((rule) => covers(rule, each)));
}

function isOverruled(rules: readonly PermissionRule[], index: number): boolean {
  const { permission } = rules[index] ?? { permission: '' };
  return rules
    .slice(index + 1)
    .some((later) => later.pattern === '*' && [permission, '*'].includes(later.permission));
}

function hasWildcard(permissions: ReadonlySet<string>): boolean {
  return [...permissions].some((permission) => permission.includes('*'));
}

/**
 * `**` matches all that `*` does, but OpenCode takes a tool that is denied for `*` out of the
 * agent's hands altogether: so the agent can try it, and read which rule denied it.
 */
function settle(rule: PermissionRule, answer: 'reject' | 'allow'): PermissionRule {
  if (rule.action !== 'ask') return rule;
  if (answer === 'allow') return { ...rule, action: 'allow' };
  return { ...rule, action: 'deny', pattern: rule.pattern === '*' ? '**' : rule.pattern };
}
