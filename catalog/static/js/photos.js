// Photos are made smaller here (a telephone's five megabytes become half a one) and sent one by one.
// Without this script the form sends them as they are.
const LONGEST = 2400;
const SMALL = 1_500_000;

const smaller = async (file) => {
  if (file.size < SMALL && ["image/jpeg", "image/png", "image/webp"].includes(file.type)) return file;
  try {
    const seen = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(seen.width, seen.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(seen.width * scale);
    canvas.height = Math.round(seen.height * scale);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(seen, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // no picture that this browser reads: the server says so in words
  }
};

document.querySelectorAll("[data-photos]").forEach((panel) => {
  const form = panel.querySelector(".photo-add");
  if (!form) return;
  const progress = form.querySelector("[data-photo-progress]");
  form.querySelector("[data-photo-send]").hidden = true;
  panel.classList.add("scripted");

  const tell = (text) => { progress.textContent = text; progress.hidden = false; };

  const send = async (files) => {
    const photos = [...files];
    if (!photos.length || form.dataset.busy) return;
    form.dataset.busy = "1";
    for (const [number, file] of photos.entries()) {
      tell(`${panel.dataset.sending} ${number + 1}/${photos.length}…`);
      const body = new FormData(form);
      body.delete("photo");
      body.append("photo", await smaller(file), file.name);
      if (photos.length > 1) body.append("quiet", "1");
      try {
        await fetch(panel.dataset.photos, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
      } catch {
        delete form.dataset.busy;
        tell(panel.dataset.failed);
        return;
      }
    }
    location.reload(); // what was kept and what was refused is said on the page
  };

  form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => send(input.files)));

  panel.addEventListener("dragover", (event) => { event.preventDefault(); panel.classList.add("over"); });
  panel.addEventListener("dragleave", (event) => { if (!panel.contains(event.relatedTarget)) panel.classList.remove("over"); });
  panel.addEventListener("drop", (event) => {
    event.preventDefault();
    panel.classList.remove("over");
    send(event.dataTransfer.files);
  });
});
