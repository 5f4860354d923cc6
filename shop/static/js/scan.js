// Reading a label in the browser, where it can; the forms of the page do the same without it.

const LARGEST_SIDE = 2400;
const FORMATS = ["qr_code", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "data_matrix", "itf"];

for (const form of document.querySelectorAll("form[data-scan-photo]")) {
  send(form);
  live(form);
}

// A photo is made small here, before it is sent: less to pay for, and neither place nor camera leave the phone.
function send(form) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      const small = await shrink(file);
      if (small && small.size < file.size) {
        const list = new DataTransfer();
        list.items.add(new File([small], "nhan.jpg", { type: "image/jpeg" }));
        input.files = list.files;
      }
    } catch { /* the server reads the photo as it is */ }
    form.requestSubmit();
  });
}

async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
}

// The camera itself, where the browser reads codes (BarcodeDetector): the codes of the first view are looked up.
async function live(form) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = FORMATS.filter((one) => known.includes(one));
  if (!formats.length) return;
  const detector = new BarcodeDetector({ formats });
  const start = form.querySelector("[data-scan-live]");
  const view = form.querySelector("[data-scan-view]");
  const words = form.querySelector("[data-scan-words]");
  const video = view.querySelector("video");
  let stream = null;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    start.hidden = false;
  };
  const look = async () => {
    if (!stream) return;
    const found = await detector.detect(video).catch(() => []);
    const texts = [...new Set(found.map((code) => code.rawValue).filter(Boolean))].slice(0, 8);
    if (!stream) return;
    if (!texts.length) { setTimeout(look, 200); return; }
    stop();
    const address = new URL(form.action);
    for (const text of texts) address.searchParams.append("q", text);
    location.assign(address);
  };
  const begin = async () => {
    start.hidden = true;
    view.hidden = video.hidden = false;
    words.textContent = words.dataset.starting;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
    } catch {
      stop();
      view.hidden = false;
      video.hidden = true;
      words.textContent = words.dataset.denied;
      return;
    }
    words.textContent = words.dataset.seeking;
    look();
  };
  start.hidden = false;
  start.addEventListener("click", begin);
  view.querySelector("[data-scan-stop]").addEventListener("click", stop);
  addEventListener("pagehide", stop);
}
