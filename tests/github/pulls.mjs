// @ts-check
// pulls: pull requests of a repository: opened, followed as branches move,
// closed, merged in the three ways, with their events.

import { gitDate } from './git.mjs';
import { Problem } from './problem.mjs';
import { pullShape, userShape } from './shapes.mjs';

/**
 * @typedef {{number: number, title: string, body: string|null,
 *     state: string, draft: boolean, user: Login,
 *     head: {ref: string, sha: string}, base: {ref: string, sha: string},
 *     createdAt: string, updatedAt: string, closedAt: string|null,
 *     mergedAt: string|null, mergedBy: Login|null,
 *     mergeCommit: string|null, tried: string, mergeable: boolean|null
 *     }} Pull
 *     mergeCommit: before the merge that of a trial merge, in no branch, as
 *     at GitHub; tried: what that trial was of
 * @typedef {import('./shapes.mjs').Login} Login
 * @typedef {import('./repository.mjs').Repository} Repository
 */

const now = () => new Date().toISOString().replace(/\.\d+/, '');
const github = { name: 'GitHub', email: 'noreply@github.com' };

/** @param {string} message @param {any} [more] */
function refused(message, more = {}) {
	return new Problem(422, 'Validation Failed', { errors: [{
	    resource: 'PullRequest', code: 'custom', message, ...more }] });
}

/** @param {Repository} repo @param {string} name owner:branch or branch */
async function branchOf(repo, name, field = 'head') {
	const ref = name.replace(/^[^:]*:/, '');
	const sha = await repo.head(ref);
	if (!sha)
		throw new Problem(422, 'Validation Failed', { errors: [{
		    resource: 'PullRequest', field, code: 'invalid' }] });
	return { ref, sha };
}

/** @param {Repository} repo @param {any} wanted @param {Login} user
 * @returns {Promise<Pull>} */
export async function openPull(repo, wanted, user) {
	const head = await branchOf(repo, wanted.head);
	const base = await branchOf(repo, wanted.base, 'base');
	if (repo.pulls.some((p) => p.state === 'open' &&
	    p.head.ref === head.ref && p.base.ref === base.ref))
		throw refused('A pull request already exists for ' +
		    `${repo.owner.login}:${head.ref}.`);
	if (await repo.git.isAncestor(head.sha, base.sha))
		throw refused(`No commits between ${base.ref} and ${
		    head.ref}`);
	/** @type {Pull} */
	const pull = { number: repo.pulls.length + 1, title: wanted.title,
	    body: wanted.body ?? null, state: 'open',
	    draft: Boolean(wanted.draft), user, head, base, createdAt: now(),
	    updatedAt: now(), closedAt: null, mergedAt: null, mergedBy: null,
	    mergeCommit: null, tried: '', mergeable: null };
	repo.pulls.push(pull);
	await event(repo, pull, 'opened', user);
	return pull;
}

/** @param {Repository} repo @param {Pull} pull @param {any} wanted
 * @param {Login} who */
export async function changePull(repo, pull, wanted, who) {
	if (wanted.state === 'open' && pull.state === 'closed' &&
	    (pull.mergedAt || !await repo.head(pull.head.ref)))
		throw refused('state cannot be changed. ' + (pull.mergedAt
		    ? 'The pull request is merged.'
		    : `The ${pull.head.ref} branch has been deleted.`),
		    { field: 'state' });
	pull.title = wanted.title ?? pull.title;
	pull.body = wanted.body ?? pull.body;
	pull.updatedAt = now();
	if (wanted.state === 'closed' && pull.state === 'open') {
		await closePull(repo, pull, who);
	} else if (wanted.state === 'open' && pull.state === 'closed') {
		pull.state = 'open';
		pull.closedAt = null;
		await event(repo, pull, 'reopened', who);
	}
}

/** @param {Repository} repo @param {Pull} pull @param {Login} who
 * @param {string} merged the commit that brought it in, or '' */
async function closePull(repo, pull, who, merged = '') {
	pull.state = 'closed';
	pull.closedAt = pull.updatedAt = now();
	if (merged) {
		pull.mergedAt = pull.closedAt;
		pull.mergedBy = who;
		pull.mergeCommit = merged;
	}
	await event(repo, pull, 'closed', who);
}

/** After a branch has moved. @param {Repository} repo
 * @param {string} branch @param {string|null} before
 * @param {string|null} after @param {Login} who */
export async function followBranch(repo, branch, before, after, who) {
	for (const pull of repo.pulls) {
		if (pull.state !== 'open')
			continue;
		const { head, base } = pull;
		if (!after && (head.ref === branch || base.ref === branch)) {
			await closePull(repo, pull, who);
		} else if (after && head.ref === branch) {
			pull.head = { ref: branch, sha: after };
			pull.updatedAt = now();
			await event(repo, pull, 'synchronize', who,
			    { before, after });
		} else if (after && base.ref === branch &&
		    await repo.git.isAncestor(head.sha, after)) {
			await closePull(repo, pull, who, after);
		}
	}
}

/** The tree that a merge would give. @param {Repository} repo
 * @param {string} ours @param {string} theirs */
async function mergedTree(repo, ours, theirs) {
	const base = await repo.git.mergeBase(ours, theirs);
	const trees = [base, ours, theirs].map(async (id) =>
	    (await repo.git.commit(id ?? ''))?.tree ?? '');
	const [a, b, c] = await Promise.all(trees);
	return repo.git.merge(a, b, c);
}

/** Tries the merge, so that `mergeable` and the trial's commit are known.
 * @param {Repository} repo @param {Pull} pull */
export async function tryMerge(repo, pull) {
	const base = await repo.head(pull.base.ref);
	if (pull.state !== 'open' || !base)
		return;
	const what = `${base} ${pull.head.sha}`;
	if (pull.tried === what)
		return;
	pull.tried = what;
	const tree = await mergedTree(repo, base, pull.head.sha);
	pull.mergeable = tree !== null;
	const by = { ...github, date: gitDate() };
	if (tree)
		pull.mergeCommit = await repo.git.writeCommit({ tree,
		    parents: [base, pull.head.sha], author: by, committer: by,
		    message: `Merge ${pull.head.sha} into ${base}` });
}

/** @param {Repository} repo @param {Pull} pull @param {any} wanted
 * @param {Login} who @returns {Promise<string>} the commit */
export async function mergePull(repo, pull, wanted, who) {
	if (pull.state !== 'open' || pull.draft)
		throw new Problem(405, 'Pull Request is not mergeable');
	if (wanted.sha && wanted.sha !== pull.head.sha)
		throw new Problem(409, 'Head branch was modified. Review and ' +
		    'try the merge again.');
	const base = await repo.head(pull.base.ref);
	const tree = base && await mergedTree(repo, base, pull.head.sha);
	if (!base || !tree)
		throw new Problem(405, 'Pull Request is not mergeable');
	const commit = wanted.merge_method === 'rebase'
	    ? await rebased(repo, pull, base, who)
	    : await merged(repo, pull, { base, tree, who, wanted });
	await closePull(repo, pull, who, commit);
	await repo.move(pull.base.ref, commit, base, who);
	return commit;
}

/** @param {Repository} repo @param {Pull} pull
 * @param {{base: string, tree: string, who: Login, wanted: any}} how */
function merged(repo, pull, { base, tree, who, wanted }) {
	const squash = wanted.merge_method === 'squash';
	const { name, email } = squash ? pull.user : who;
	const title = wanted.commit_title ?? (squash
	    ? `${pull.title} (#${pull.number})`
	    : `Merge pull request #${pull.number} from ${
		repo.owner.login}/${pull.head.ref}`);
	const text = wanted.commit_message ?? (squash ? '' : pull.title);
	return repo.git.writeCommit({ tree,
	    parents: squash ? [base] : [base, pull.head.sha],
	    author: { name, email, date: gitDate() },
	    committer: { ...github, date: gitDate() },
	    message: text ? `${title}\n\n${text}` : title });
}

/** @param {Repository} repo @param {Pull} pull @param {string} base
 * @param {Login} who */
async function rebased(repo, pull, base, who) {
	let at = base;
	for (const commit of await repo.git.commitsSince(pull.head.sha,
	    [base])) {
		if (commit.parents.length > 1)
			continue;
		const parent = await repo.git.commit(commit.parents[0] ?? '');
		const here = await repo.git.commit(at);
		const tree = parent && here && await repo.git.merge(
		    parent.tree, here.tree, commit.tree);
		if (!tree)
			throw new Problem(405, 'This branch can\'t be rebased');
		at = await repo.git.writeCommit({ tree, parents: [at],
		    author: commit.author, message: commit.message,
		    committer: { name: who.name, email: who.email,
			date: gitDate() } });
	}
	return at;
}

/** A pull request as a whole. @param {Repository} repo @param {Pull} pull */
export async function fullPullShape(repo, pull) {
	const base = await repo.git.mergeBase(pull.base.sha, pull.head.sha);
	const commits = await repo.git.commitsSince(pull.head.sha,
	    [pull.base.sha]);
	const tree = async (/** @type {string|null} */ id) =>
	    (await repo.git.commit(id ?? ''))?.tree ?? '';
	const files = await repo.changes(await tree(base),
	    await tree(pull.head.sha));
	const sum = (/** @type {'additions'|'deletions'} */ key) =>
	    files.reduce((n, f) => n + f[key], 0);
	const { mergeable } = pull;
	return { ...pullShape(repo, pull), merged: pull.mergedAt !== null,
	    mergeable: pull.state === 'open' ? mergeable : null,
	    rebaseable: pull.state === 'open' ? mergeable : null,
	    mergeable_state: pull.state !== 'open' || mergeable === null
		? 'unknown' : mergeable ? 'clean' : 'dirty',
	    merged_by: pull.mergedBy
		? userShape(pull.mergedBy, repo.fake.urls) : null,
	    comments: 0, review_comments: 0, maintainer_can_modify: false,
	    commits: commits.length, additions: sum('additions'),
	    deletions: sum('deletions'), changed_files: files.length };
}

/** @param {Repository} repo @param {Pull} pull @param {string} action
 * @param {Login} who @param {any} more */
async function event(repo, pull, action, who, more = {}) {
	await repo.emit('pull_request', { action, number: pull.number,
	    pull_request: await fullPullShape(repo, pull), ...more },
	    who);
}
