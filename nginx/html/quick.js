// @ts-check
/**
 * quick: one line of text as a task, with what each part of it means.
 *
 * Only whole words with a sigil count, in German or English; whatever else
 * stands there is the title.
 *
 *	+privat          kind: +arbeit, +work, +private
 *	#finanzen        tag; begins with a letter
 *	@fr abends       fixed slot: a day and perhaps a time; or @abends
 *	!31.10.          deadline: a day
 *
 * A day is heute, morgen, übermorgen, a weekday (long, or two letters in
 * German and three in English), 31.10., 31.10.2026 or 2026-10-31.  Without a
 * year it is the next one that comes; a weekday may be today.
 */

/**
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Week} Week
 *
 * @typedef {object} Part
 * @property {'kind' | 'tag' | 'slot' | 'deadline'} what
 * @property {string} text as it stands in the line
 * @property {number} at where
 *
 * @typedef {object} Line
 * @property {string} title
 * @property {string} kategorie '' if the line does not say
 * @property {string[]} tags
 * @property {string} deadline `dd.mm.yyyy` or ''
 * @property {{ datum: string, zeit: Place['zeit'] | '', weekday: boolean } |
 *	null} slot weekday: the day is named by its weekday; each may be ''
 * @property {Part[]} parts what is not the title, in order
 */

/** @type {Record<string, string>} */
const KINDS = {
	arbeit: 'arbeit', work: 'arbeit', privat: 'privat', private: 'privat',
};

/** @type {Record<string, Place['zeit']>} */
const TIME_WORDS = {
	morgens: 'morgens', vormittags: 'morgens', morning: 'morgens',
	nachmittags: 'nachmittags', afternoon: 'nachmittags',
	abends: 'abends', evening: 'abends',
};

/** @type {Record<string, number>} */
const DAYS_FROM_TODAY = {
	heute: 0, today: 0, morgen: 1, tomorrow: 1, übermorgen: 2,
};

/** Each from Sunday. */
const WEEKDAYS = [
	['so', 'sonntag', 'sun', 'sunday'], ['mo', 'montag', 'mon', 'monday'],
	['di', 'dienstag', 'tue', 'tuesday'], ['mi', 'mittwoch', 'wed', 'wednesday'],
	['do', 'donnerstag', 'thu', 'thursday'], ['fr', 'freitag', 'fri', 'friday'],
	['sa', 'samstag', 'sat', 'saturday', 'sonnabend'],
];

export const DAY_MS = 86_400_000;

/**
 * @param {string} text
 * @param {string} today `dd.mm.yyyy`
 * @returns {Line}
 */
export function parseLine(text, today) {
	/** @type {Line} */
	const line = {
		title: '', kategorie: '', tags: [], deadline: '', slot: null, parts: [],
	};
	const words = [...text.matchAll(/\S+/g)];
	const title = [];
	for (let i = 0; i < words.length; i++) {
		const [word] = words[i];
		const at = words[i].index;
		const taken = takeWord(line, word.normalize('NFC'),
			words[i + 1]?.[0].toLowerCase() ?? '', today);
		if (!taken) {
			title.push(word);
			continue;
		}
		if (taken.words === 2)
			i++;
		const end = words[i].index + words[i][0].length;
		line.parts.push({ what: taken.what, at, text: text.slice(at, end) });
	}
	line.title = title.join(' ');
	return line;
}

/**
 * The line without one of its parts.
 *
 * @param {string} text
 * @param {Part} part
 */
export function withoutPart(text, { at, text: gone }) {
	const before = text.slice(0, at).trimEnd();
	const after = text.slice(at + gone.length).trimStart();
	return before && after ? `${before} ${after}` : before + after;
}

/**
 * The slot that a line means in a week: without a time the first free one of
 * its day, without a day the next of that time.  A weekday that is today, and
 * whose slot is over, is that of the next week.
 *
 * @param {Line} line
 * @param {Week} week
 * @returns {Place | undefined}
 */
export function slotOf({ slot }, week) {
	if (!slot)
		return undefined;
	const { datum, zeit, weekday } = slot;
	const slots = week.timeline.flatMap((day) => day.slots.map((one) =>
		({ ...one, datum: day.datum }))).filter((one) =>
		(!datum || one.datum === datum) && (!zeit || one.zeit === zeit));
	const found = slots.find((one) => !zeit && !one.task) ?? slots[0];
	if (found)
		return { datum: found.datum, zeit: found.zeit };
	const day = datum || week.weekStart;
	const over = weekday && day === week.weekStart;
	return {
		datum: over ? addDays(day, 7) : day,
		zeit: zeit || 'morgens',
	};
}

/**
 * A day in words or numbers as `dd.mm.yyyy`; '' for none.
 *
 * @param {string} text
 * @param {string} today
 */
export const parseDay = (text, today) => dayOf(
	text.trim().normalize('NFC').toLowerCase(), today);

/**
 * @param {string} datum
 * @param {number} days
 */
export const addDays = (datum, days) =>
	writeDay(epochOf(...numbers(datum)) + days * DAY_MS);

/**
 * @param {Line} line takes what the word says
 * @param {string} word
 * @param {string} next the word behind it, in lower case
 * @param {string} today
 * @returns {{ what: Part['what'], words: number } | null}
 */
function takeWord(line, word, next, today) {
	const rest = word.slice(1).toLowerCase();
	if (word[0] === '+' && Object.hasOwn(KINDS, rest)) {
		line.kategorie = KINDS[rest];
		return { what: 'kind', words: 1 };
	}
	if (word[0] === '#' && /^\p{L}[\p{L}\p{M}\p{N}_/-]*$/u.test(word.slice(1))) {
		const tag = word.slice(1);
		if (!line.tags.includes(tag))
			line.tags.push(tag);
		return { what: 'tag', words: 1 };
	}
	if (word[0] === '!' && dayOf(rest, today)) {
		line.deadline = dayOf(rest, today);
		return { what: 'deadline', words: 1 };
	}
	return word[0] === '@' ? takeSlot(line, rest, next, today) : null;
}

/**
 * @param {Line} line
 * @param {string} rest
 * @param {string} next
 * @param {string} today
 * @returns {{ what: Part['what'], words: number } | null}
 */
function takeSlot(line, rest, next, today) {
	const datum = dayOf(rest, today);
	if (datum) {
		const timed = Object.hasOwn(TIME_WORDS, next);
		line.slot = {
			datum, zeit: timed ? TIME_WORDS[next] : '', weekday: weekdayIn(rest) >= 0,
		};
		return { what: 'slot', words: timed ? 2 : 1 };
	}
	if (!Object.hasOwn(TIME_WORDS, rest))
		return null;
	line.slot = { datum: '', zeit: TIME_WORDS[rest], weekday: false };
	return { what: 'slot', words: 1 };
}

/** @param {string} word */
const weekdayIn = (word) =>
	WEEKDAYS.findIndex((names) => names.includes(word));

/**
 * A day in words or numbers as `dd.mm.yyyy`; '' for none.
 *
 * @param {string} word in lower case
 * @param {string} today
 */
function dayOf(word, today) {
	const from = epochOf(...numbers(today));
	if (Object.hasOwn(DAYS_FROM_TODAY, word))
		return writeDay(from + DAYS_FROM_TODAY[word] * DAY_MS);
	const weekday = weekdayIn(word);
	if (weekday >= 0)
		return writeDay(from +
			(weekday - new Date(from).getUTCDay() + 7) % 7 * DAY_MS);
	const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
	if (iso)
		return checked(+iso[3], +iso[2], +iso[1]);
	const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(word);
	return german ? nextDay(+german[1], +german[2], german[3], from) : '';
}

/**
 * @param {number} day
 * @param {number} month
 * @param {string | undefined} year
 * @param {number} from
 */
function nextDay(day, month, year, from) {
	if (year)
		return checked(day, month, +year);
	const first = new Date(from).getUTCFullYear();
	for (let y = first; y < first + 9; y++)
		if (checked(day, month, y) && epochOf(day, month, y) >= from)
			return checked(day, month, y);
	return '';
}

/** @param {string} datum @returns {[number, number, number]} */
const numbers = (datum) =>
	/** @type {[number, number, number]} */ (datum.split('.').map(Number));

/** @param {number} day @param {number} month @param {number} year */
const epochOf = (day, month, year) => Date.UTC(year, month - 1, day);

/** '' for a day that is in no calendar.
 * @param {number} day @param {number} month @param {number} year */
function checked(day, month, year) {
	const text = writeDay(epochOf(day, month, year));
	return numbers(text).join() === [day, month, year].join() ? text : '';
}

/** @param {number} epoch */
function writeDay(epoch) {
	const [year, month, day] = new Date(epoch).toISOString().slice(0, 10)
		.split('-');
	return `${day}.${month}.${year}`;
}
