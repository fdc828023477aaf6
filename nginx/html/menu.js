// @ts-check
/**
 * menu: what opens under its name, and closes by Escape, a click elsewhere, or
 * one of its own commands.
 */

/** @param {Document} document */
export function bindMenus(document) {
	const menus = /** @type {HTMLDetailsElement[]} */ (
		[...document.querySelectorAll('details.menu')]);
	document.addEventListener('click', ({ target }) => {
		for (const menu of menus)
			if (!(target instanceof Node && menu.contains(target)))
				menu.open = false;
	});
	for (const menu of menus)
		menu.querySelector('.menu-items')?.addEventListener('click', () => {
			menu.open = false;
		});
	// A key may have opened it from elsewhere, and the keyboard is there still.
	document.addEventListener('keydown', (event) => {
		const menu = menus.find(({ open }) => open);
		if (event.key !== 'Escape' || event.defaultPrevented || !menu)
			return;
		event.preventDefault();
		menu.open = false;
		if (menu.contains(document.activeElement))
			menu.querySelector('summary')?.focus();
	});
}
