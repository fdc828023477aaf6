// @ts-check
// problem: an error that the fake answers as GitHub words it.

export class Problem extends Error {
	/** @param {number} status @param {string} message
	 * @param {any} more members of the answer beside the message */
	constructor(status, message, more = {}) {
		super(message);
		this.status = status;
		this.more = more;
	}
}

/** What GitHub says of what is not there, or not yours. */
export function notFound() {
	return new Problem(404, 'Not Found');
}
