import { projectOf, type NotedStore } from '../store.ts';
import { removeLeftovers } from './disk.ts';
import type { File } from './file.ts';
import { noteIn, setNote } from './note.ts';
import { freshText } from './revise.ts';

/** Makes the file ready to be read: what an earlier process began is done or taken back. */
export async function begin(file: File, database: NotedStore): Promise<void> {
  await makeFile(file, database);
  finishWrite(file, database);
  removeLeftovers(file.path);
}

/** A missing file is written from what the database remembers: a lost volume loses no flags. */
async function makeFile(file: File, database: NotedStore): Promise<void> {
  if (file.read() !== undefined) return;
  const project = projectOf((await database.load()).items);
  const environments = project.environments.length === 0 ? ['production'] : project.environments;
  const text = freshText({ ...project, environments });
  file.replace(file.prepare(text));
}

/** The process may have ended between the commit and the file. */
function finishWrite(file: File, database: NotedStore): void {
  const note = noteIn(database);
  if (note?.write === undefined) return;
  const { before, beside } = note.write;
  const isWaiting = file.isPrepared(beside, note.hash);
  if (file.read()?.hash === before && isWaiting) file.replace(beside);
  setNote(database, { hash: note.hash });
}
