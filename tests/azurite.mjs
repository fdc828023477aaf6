// @ts-check
// azurite: an emulator of Azure for one test, which may stop it for a while.
//
//	const azurite = await startAzurite();
//	... azurite.conn ...
//	azurite.hang();		// it takes connections and answers nothing
//	azurite.goOn();
//	azurite.stop();

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './stack.mjs';

/**
 * The emulator, until stop() is called.
 * @returns {Promise<{conn: string, port: number, hang: () => void,
 *     goOn: () => void, stop: () => void}>}
 */
export async function startAzurite() {
	// So that it ends even if the test is killed.
	const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--',
	    join(top, 'tests/azurite.sh')], { stdio: ['ignore', 'pipe', 'inherit'] });
	/** To all that the script has started.
	 * @param {NodeJS.Signals} signal */
	const tell = (signal) => readFileSync(
	    `/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
	    .split(' ').filter(Boolean)
	    .forEach((pid) => process.kill(Number(pid), signal));
	const goOn = () => tell('SIGCONT');
	const stop = () => {
		if (child.exitCode === null && child.signalCode === null)
			goOn();
		child.kill('SIGTERM');
	};
	process.on('exit', stop);
	const conn = await new Promise((resolve, reject) => {
		let text = '';
		child.stdout.on('data', (chunk) => {
			text += chunk;
			if (text.includes('\n'))
				resolve(text.trim());
		});
		child.on('exit', () =>
		    reject(new Error('the emulator does not start')));
	});
	return { conn, goOn, stop, hang: () => tell('SIGSTOP'),
		port: Number(/BlobEndpoint=http:\/\/[^:]+:(\d+)/.exec(conn)?.[1]) };
}
