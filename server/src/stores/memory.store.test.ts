import { memoryStore } from './memory.ts';
import { storeContract } from './store.contract.ts';

storeContract('memory', () => Promise.resolve({ store: memoryStore(), reopen: undefined }));
