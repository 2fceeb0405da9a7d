import {
  COUNT_IDS,
  MAX_CONVERSIONS,
  type Count,
  type Counted,
  type ItemChange,
  type Tallies,
  type Tally,
} from './store.ts';

/** What counting needs of a driver's prepared statement. */
interface Statement {
  all(...parameters: Value[]): unknown[];
  get(...parameters: Value[]): unknown;
  run(...parameters: Value[]): unknown;
}

type Value = string | number;

/** The statements that count, prepared once. */
export interface CountStatements {
  readonly item: Statement;
  readonly id: Statement;
  readonly putId: Statement;
  readonly dropOldIds: Statement;
  readonly dropManyIds: Statement;
  readonly evaluations: Statement;
  readonly addEvaluation: Statement;
  readonly conversions: Statement;
  readonly isRoom: Statement;
  readonly addConversion: Statement;
  readonly forgetFlag: Statement;
  readonly forgetEvaluations: Statement;
  readonly forgetConversions: Statement;
}

/** What no number may pass: beyond it a double is not exact, and the driver refuses to read it. */
const MOST = String(Number.MAX_SAFE_INTEGER);
/** Infinity is no JSON. */
const LARGEST = String(Number.MAX_VALUE);

const ADD = `count = min(count + excluded.count, ${MOST}), last = max(last, excluded.last)`;

/** Prepares the statements with the driver's own function. */
export function prepareCounting(sql: (text: string) => Statement): CountStatements {
  return {
    item: sql('SELECT 1 FROM items WHERE kind = ? AND key = ?'),
    id: sql('SELECT 1 FROM count_ids WHERE id = ?'),
    putId: sql('INSERT INTO count_ids (id, at) VALUES (?, ?)'),
    dropOldIds: sql('DELETE FROM count_ids WHERE at < ?'),
    dropManyIds: sql(
      'DELETE FROM count_ids WHERE position <= (SELECT max(position) FROM count_ids) - ?',
    ),
    evaluations: sql('SELECT flag, variant, count, last FROM evaluations WHERE environment = ?'),
    addEvaluation: sql(`
      INSERT INTO evaluations (environment, flag, variant, count, last) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET ${ADD}`),
    conversions: sql('SELECT event, count, last, sum FROM conversions WHERE environment = ?'),
    isRoom: sql(`
      SELECT 1 WHERE EXISTS (SELECT 1 FROM conversions WHERE environment = ?1 AND event = ?2)
      OR (SELECT count(*) FROM conversions WHERE environment = ?1) < ${String(MAX_CONVERSIONS)}`),
    addConversion: sql(`
      INSERT INTO conversions (environment, event, count, last, sum) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET ${ADD},
      sum = max(-${LARGEST}, min(${LARGEST}, sum + excluded.sum))`),
    // By environment, as the table is sorted: an import may remove thousands of flags.
    forgetFlag: sql(`
      DELETE FROM evaluations WHERE flag = ?
      AND environment IN (SELECT key FROM items WHERE kind = 'environment')`),
    forgetEvaluations: sql('DELETE FROM evaluations WHERE environment = ?'),
    forgetConversions: sql('DELETE FROM conversions WHERE environment = ?'),
  };
}

/** Where and when something is counted. */
interface Place {
  readonly environment: string;
  readonly at: string;
}

/** Adds counts; belongs in a transaction. */
export function addCounts(
  statements: CountStatements,
  place: Place,
  counts: readonly Count[],
): Counted {
  const counted = { accepted: 0, duplicates: 0, unknown: 0 };
  if (statements.item.get('environment', place.environment) === undefined) {
    return { ...counted, unknown: counts.length };
  }
  for (const count of counts) counted[addCount(statements, place, count)] += 1;
  dropIds(statements, place.at);
  return counted;
}

function addCount(statements: CountStatements, place: Place, count: Count): keyof Counted {
  const { id } = count;
  if (id !== undefined && statements.id.get(id) !== undefined) return 'duplicates';
  const isAdded =
    count.kind === 'exposure'
      ? addExposure(statements, place, count)
      : addConversion(statements, place, count);
  if (!isAdded) return 'unknown';
  if (id !== undefined) statements.putId.run(id, place.at);
  return 'accepted';
}

function addExposure(
  { item, addEvaluation }: CountStatements,
  { environment }: Place,
  { flag, variant, count, last }: Extract<Count, { kind: 'exposure' }>,
): boolean {
  if (item.get('flag', flag) === undefined) return false;
  addEvaluation.run(environment, flag, variant, count, last);
  return true;
}

/** Event names are anybody's: as JSON, characters that the database cannot hold are spelled out. */
function addConversion(
  statements: CountStatements,
  { environment }: Place,
  { event, count, last, sum }: Extract<Count, { kind: 'conversion' }>,
): boolean {
  const name = JSON.stringify(event);
  if (statements.isRoom.get(environment, name) === undefined) return false;
  statements.addConversion.run(environment, name, count, last, sum);
  return true;
}

function dropIds({ dropOldIds, dropManyIds }: CountStatements, at: string): void {
  dropOldIds.run(new Date(Date.parse(at) - COUNT_IDS.age).toISOString());
  dropManyIds.run(COUNT_IDS.most);
}

/** What was counted in an environment. */
export function readTallies(statements: CountStatements, environment: string): Tallies {
  const flags = new Map<string, Map<string, Tally>>();
  const rows = statements.evaluations.all(environment) as (Tally & Record<string, string>)[];
  for (const { flag = '', variant = '', count, last } of rows) {
    const variants = flags.get(flag) ?? new Map<string, Tally>();
    flags.set(flag, variants.set(variant, { count, last }));
  }
  const conversions = statements.conversions.all(environment) as ConversionRow[];
  return {
    flags,
    conversions: new Map(
      conversions.map(({ event, ...tally }) => [JSON.parse(event) as string, { ...tally }]),
    ),
  };
}

interface ConversionRow extends Tally {
  readonly event: string;
  readonly sum: number;
}

/** Forgets what was counted of what a commit removes; belongs in its transaction. */
export function forgetCounts(statements: CountStatements, changes: readonly ItemChange[]): void {
  for (const { kind, key, after } of changes) {
    if (after !== null) continue;
    if (kind === 'flag') statements.forgetFlag.run(key);
    if (kind !== 'environment') continue;
    statements.forgetEvaluations.run(key);
    statements.forgetConversions.run(key);
  }
}
