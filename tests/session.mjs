// @ts-check
// session: somebody who is logged in, without going to GitHub's pages: the
// cookie that codex-auth would give them, sealed with a site's own key
// (keys/session.h, keys/seal.h, keys/keyring.h).
//
//	const cookie = sessionCookie(keyFile, { user: 'usera', id: 4711 });

import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const hours = 3600e3;

/** @param {number} a @param {number} n */
const rotate = (a, n) => (a << n) | (a >>> (32 - n));

/** A quarter round of ChaCha20 (RFC 8439, 2.1). @param {Int32Array} s
 * @param {number} a @param {number} b @param {number} c @param {number} d */
function quarter(s, a, b, c, d) {
	for (const [to, by, turn, n] of [[a, b, d, 16], [c, d, b, 12],
	    [a, b, d, 8], [c, d, b, 7]]) {
		s[to] += s[by];
		s[turn] = rotate(s[turn] ^ s[to], n);
	}
}

/** HChaCha20: the key for the long nonce of XChaCha20
 * (draft-irtf-cfrg-xchacha, 2.2), which Node lacks.
 * @param {Buffer} key @param {Buffer} nonce of 16 bytes */
function subkey(key, nonce) {
	const s = new Int32Array(16);
	const input = Buffer.concat([Buffer.from('expand 32-byte k'), key, nonce]);
	for (let i = 0; i < 16; i++)
		s[i] = input.readInt32LE(4 * i);
	for (let i = 0; i < 10; i++)
		for (const [a, b, c, d] of [[0, 4, 8, 12], [1, 5, 9, 13],
		    [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15],
		    [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]])
			quarter(s, a, b, c, d);
	const out = Buffer.alloc(32);
	[0, 1, 2, 3, 12, 13, 14, 15].forEach((from, i) =>
	    out.writeInt32LE(s[from], 4 * i));
	return out;
}

/** @param {Buffer} key @param {string} purpose @param {string} text */
function seal(key, purpose, text) {
	const nonce = randomBytes(24);
	const cipher = createCipheriv('chacha20-poly1305',
	    subkey(key, nonce.subarray(0, 16)),
	    Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]),
	    { authTagLength: 16 });
	cipher.setAAD(Buffer.from(purpose), { plaintextLength: text.length });
	return Buffer.concat([nonce, cipher.update(text), cipher.final(),
	    cipher.getAuthTag()]).toString('base64url');
}

/**
 * Return `__Host-cm_session=...` of a session that begins now.
 * @param {string} keyFile of the site, as its programs have made it, beside
 *     the secret that scripts/run has made
 * @param {{user: string, id: number, now?: number, epoch?: number}} who
 *     now: the clock of the site, ms since 1970; epoch: of session.json
 */
export function sessionCookie(keyFile, { user, id, now = Date.now(),
    epoch = 0 }) {
	const [, hex] = readFileSync(keyFile, 'utf8').split('\n')[0].split(' ');
	const key = createHmac('sha256', readFileSync(`${keyFile}.secret`, 'utf8')
	    .trim()).update(Buffer.from(hex, 'hex')).digest();
	const plain = [id, user, now, now + 12 * hours, epoch,
	    randomBytes(8).toString('hex')].join(' ');
	return `__Host-cm_session=${seal(key, 'session', plain)}`;
}
