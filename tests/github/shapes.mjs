// @ts-check
// shapes: what GitHub says of a person, a repository, a commit, a pull
// request, in REST answers and in events.

import { isoDate } from './git.mjs';

/**
 * @typedef {{login: string, id: number, name: string, email: string}} Login
 * @typedef {import('./repository.mjs').Repository} Repository
 * @typedef {import('./pulls.mjs').Pull} Pull
 * @typedef {import('./git.mjs').Commit} Commit
 */

/** @param {string} kind @param {string|number} id */
export function nodeId(kind, id) {
	return Buffer.from(`0:${kind}${id}`).toString('base64');
}

/** @param {string} path each of its segments */
export function encodePath(path) {
	return path.split('/').map(encodeURIComponent).join('/');
}

/** @param {Login} who @param {{api: string, html: string}} at */
export function userShape({ login, id }, at) {
	const url = `${at.api}/users/${login}`;
	return { login, id, node_id: nodeId('User', id),
	    avatar_url: `${at.html}/avatars/u/${id}?v=4`, gravatar_id: '',
	    url, html_url: `${at.html}/${login}`,
	    followers_url: `${url}/followers`,
	    following_url: `${url}/following{/other_user}`,
	    gists_url: `${url}/gists{/gist_id}`,
	    starred_url: `${url}/starred{/owner}{/repo}`,
	    subscriptions_url: `${url}/subscriptions`,
	    organizations_url: `${url}/orgs`, repos_url: `${url}/repos`,
	    events_url: `${url}/events{/privacy}`,
	    received_events_url: `${url}/received_events`,
	    type: 'User', site_admin: false };
}

/** The templates that every repository has, by name without _url. */
const templates = {
	forks: '/forks', keys: '/keys{/key_id}',
	collaborators: '/collaborators{/collaborator}', teams: '/teams',
	hooks: '/hooks', issue_events: '/issues/events{/number}',
	events: '/events', assignees: '/assignees{/user}',
	branches: '/branches{/branch}', tags: '/tags',
	blobs: '/git/blobs{/sha}', git_tags: '/git/tags{/sha}',
	git_refs: '/git/refs{/sha}', trees: '/git/trees{/sha}',
	statuses: '/statuses/{sha}', languages: '/languages',
	stargazers: '/stargazers', contributors: '/contributors',
	subscribers: '/subscribers', subscription: '/subscription',
	commits: '/commits{/sha}', git_commits: '/git/commits{/sha}',
	comments: '/comments{/number}',
	issue_comment: '/issues/comments{/number}',
	contents: '/contents/{+path}', compare: '/compare/{base}...{head}',
	merges: '/merges', archive: '/{archive_format}{/ref}',
	downloads: '/downloads', issues: '/issues{/number}',
	pulls: '/pulls{/number}', milestones: '/milestones{/number}',
	notifications: '/notifications{?since,all,participating}',
	labels: '/labels{/name}', releases: '/releases{/id}',
	deployments: '/deployments',
};

/** @param {Repository} repo */
export function repoShape(repo) {
	const at = repo.fake.urls;
	const open = repo.pulls.filter((p) => p.state === 'open').length;
	const created = new Date(repo.createdAt).toISOString()
	    .replace(/\.\d+/, '');
	const pushed = new Date(repo.pushedAt).toISOString()
	    .replace(/\.\d+/, '');
	const html = repo.html;
	return { id: repo.id, node_id: nodeId('Repository', repo.id),
	    name: repo.name, full_name: repo.fullName, private: true,
	    owner: userShape(repo.owner, at), html_url: html,
	    description: null, fork: false, url: repo.api,
	    ...Object.fromEntries(Object.entries(templates).map(
		([name, path]) => [`${name}_url`, repo.api + path])),
	    created_at: created, updated_at: pushed, pushed_at: pushed,
	    git_url: `git://${new URL(html).host}/${repo.fullName}.git`,
	    ssh_url: `git@${new URL(html).hostname}:${repo.fullName}.git`,
	    clone_url: `${html}.git`, svn_url: html, homepage: null, size: 1,
	    stargazers_count: 0, watchers_count: 0, language: null,
	    has_issues: true, has_projects: true, has_downloads: true,
	    has_wiki: false, has_pages: false, has_discussions: false,
	    forks_count: 0, mirror_url: null, archived: false,
	    disabled: false, open_issues_count: open, license: null,
	    allow_forking: true, is_template: false,
	    web_commit_signoff_required: false, topics: [],
	    visibility: 'private', forks: 0, open_issues: open, watchers: 0,
	    default_branch: repo.branch, custom_properties: {} };
}

/** For push events GitHub gives some times as numbers.
 * @param {Repository} repo */
export function pushedRepoShape(repo) {
	return { ...repoShape(repo),
	    owner: { ...userShape(repo.owner, repo.fake.urls),
		name: repo.owner.login, email: repo.owner.email },
	    url: repo.html, stargazers: 0, master_branch: repo.branch,
	    created_at: Math.floor(repo.createdAt / 1000),
	    pushed_at: Math.floor(repo.pushedAt / 1000) };
}

/** @param {import('./git.mjs').Person} who */
function personShape(who) {
	return { name: who.name, email: who.email, date: isoDate(who.date) };
}

const unsigned = { verified: false, reason: 'unsigned', signature: null,
    payload: null, verified_at: null };

/** @param {Repository} repo @param {Commit} commit */
export function gitCommitShape(repo, commit) {
	const link = (/** @type {string} */ id) => ({ sha: id,
	    url: `${repo.api}/git/commits/${id}`,
	    html_url: `${repo.html}/commit/${id}` });
	return { ...link(commit.id), node_id: nodeId('Commit', commit.id),
	    author: personShape(commit.author),
	    committer: personShape(commit.committer),
	    tree: { sha: commit.tree,
		url: `${repo.api}/git/trees/${commit.tree}` },
	    message: trimmed(commit.message),
	    parents: commit.parents.map(link), verification: unsigned };
}

/** @param {Repository} repo @param {Commit} commit */
export function commitShape(repo, commit) {
	const { id } = commit;
	const { author, committer, tree, message, verification } =
	    gitCommitShape(repo, commit);
	const person = (/** @type {string} */ email) => {
		const who = repo.fake.byEmail(email);
		return who ? userShape(who, repo.fake.urls) : null;
	};
	return { sha: id, node_id: nodeId('Commit', id),
	    commit: { author, committer, message, tree, verification,
		url: `${repo.api}/git/commits/${id}`, comment_count: 0 },
	    url: `${repo.api}/commits/${id}`,
	    html_url: `${repo.html}/commit/${id}`,
	    comments_url: `${repo.api}/commits/${id}/comments`,
	    author: person(commit.author.email),
	    committer: person(commit.committer.email),
	    parents: commit.parents.map((p) => ({ sha: p,
		url: `${repo.api}/commits/${p}`,
		html_url: `${repo.html}/commit/${p}` })) };
}

/** GitHub gives messages without the line ends that git adds.
 * @param {string} message */
function trimmed(message) {
	return message.replace(/\n+$/, '');
}

/**
 * A commit in a push event, with at most 3000 files.
 * @param {Repository} repo @param {Commit} commit
 * @param {boolean} distinct
 */
export async function pushedCommitShape(repo, commit, distinct) {
	const parent = commit.parents[0] &&
	    await repo.git.commit(commit.parents[0]);
	const changes = (await repo.git.diff(parent ? parent.tree :
	    '4b825dc642cb6eb9a060e54bf8d69288fbee4904', commit.tree))
	    .slice(0, 3000);
	const paths = (/** @type {(c: any) => boolean} */ wanted) =>
	    changes.filter(wanted).map((c) => c.path);
	const person = (/** @type {import('./git.mjs').Person} */ who) => {
		const login = repo.fake.byEmail(who.email)?.login;
		return { name: who.name, email: who.email,
		    ...(login ? { username: login } : {}) };
	};
	return { id: commit.id, tree_id: commit.tree, distinct,
	    message: trimmed(commit.message),
	    timestamp: isoDate(commit.committer.date, true),
	    url: `${repo.html}/commit/${commit.id}`,
	    author: person(commit.author),
	    committer: person(commit.committer),
	    added: paths((c) => !c.from),
	    removed: paths((c) => !c.to),
	    modified: paths((c) => c.from && c.to) };
}

/** @param {Repository} repo @param {string} ref @param {string} id */
export function refShape(repo, ref, id) {
	return { ref, node_id: nodeId('Ref', ref),
	    url: `${repo.api}/git/${encodePath(ref)}`,
	    object: { sha: id, type: 'commit',
		url: `${repo.api}/git/commits/${id}` } };
}

/** The part of a pull request that lists give, too.
 * @param {Repository} repo @param {Pull} pull */
export function pullShape(repo, pull) {
	const url = `${repo.api}/pulls/${pull.number}`;
	const issue = `${repo.api}/issues/${pull.number}`;
	const html = `${repo.html}/pull/${pull.number}`;
	const href = (/** @type {string} */ to) => ({ href: to });
	const statuses = `${repo.api}/statuses/${pull.head.sha}`;
	const side = (/** @type {{ref: string, sha: string}} */ { ref, sha }) =>
	    ({ label: `${repo.owner.login}:${ref}`, ref, sha,
		user: userShape(repo.owner, repo.fake.urls),
		repo: repoShape(repo) });
	return { url, id: repo.id * 1000 + pull.number,
	    node_id: nodeId('PullRequest', pull.number), html_url: html,
	    diff_url: `${html}.diff`, patch_url: `${html}.patch`,
	    issue_url: issue, number: pull.number, state: pull.state,
	    locked: false, title: pull.title,
	    user: userShape(pull.user, repo.fake.urls), body: pull.body,
	    created_at: pull.createdAt, updated_at: pull.updatedAt,
	    closed_at: pull.closedAt, merged_at: pull.mergedAt,
	    merge_commit_sha: pull.mergeCommit, assignee: null,
	    assignees: [], requested_reviewers: [], requested_teams: [],
	    labels: [], milestone: null, draft: pull.draft,
	    commits_url: `${url}/commits`,
	    review_comments_url: `${url}/comments`,
	    review_comment_url: `${repo.api}/pulls/comments{/number}`,
	    comments_url: `${issue}/comments`, statuses_url: statuses,
	    head: side(pull.head), base: side(pull.base),
	    _links: { self: href(url), html: href(html), issue: href(issue),
		comments: href(`${issue}/comments`),
		review_comments: href(`${url}/comments`),
		review_comment: href(
		    `${repo.api}/pulls/comments{/number}`),
		commits: href(`${url}/commits`), statuses: href(statuses) },
	    author_association: 'OWNER', auto_merge: null,
	    active_lock_reason: null };
}
