// Sugar for the producers' screens: thousands part themselves while a price is typed; a photo of a bar code sends itself.
const grouped = (text) => {
  const digits = text.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ".");
};
document.querySelectorAll("[data-dong]").forEach((field) => {
  field.addEventListener("input", () => {
    if (/[a-zà-ỹđ]/i.test(field.value)) return; // "125k", "125 nghìn": the server reads it
    const after = field.value.slice(field.selectionStart).replace(/\D/g, "").length;
    field.value = grouped(field.value);
    let at = field.value.length;
    for (let left = after; left > 0 && at > 0; at -= 1) if (/\d/.test(field.value[at - 1])) left -= 1;
    field.setSelectionRange(at, at);
  });
});
document.querySelectorAll("input[type=file][data-send]").forEach((field) => {
  field.addEventListener("change", () => { if (field.files.length) field.form.requestSubmit(); });
});
