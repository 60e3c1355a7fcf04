// A form filled in by the names of its fields, and sent by its button.

// The form that is sent to an address with this ending.
export const formTo = (page, ending) => page.locator(`main form[action$="${ending}"]`).first();

export async function fill(form, values) {
  await form.evaluate((element) => element.closest('details')?.setAttribute('open', ''));
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`);
    const kind = await field.first().evaluate((element) => element.type);
    if (kind === 'radio' || kind === 'checkbox') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === 'select-one') await field.selectOption(value);
    else if (kind === 'file') await field.setInputFiles(value);
    else await field.fill(String(value));
  }
}

// Presses a button, the form's first unless another is named, and waits for the page that comes; throws what it says is
// to be corrected.
export async function send(page, form, values = {}, button = undefined) {
  await fill(form, values);
  const buttons = button ? form.getByRole('button', button) : form.locator('button[type=submit]');
  await Promise.all([page.waitForEvent('load'), buttons.first().click()]);
  const summary = page.locator('main .summary[role=alert]');
  if ((await summary.count()) > 0) throw new Error(`${page.url()} says: ${await summary.innerText()}`);
}
