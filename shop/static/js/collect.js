// The counter's camera, where the browser reads codes (BarcodeDetector): the first QR goes into the field and is sent.
(async () => {
  const button = document.querySelector("[data-scan-into]");
  const view = document.querySelector("[data-scan-view]");
  if (!button || !view || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const field = document.getElementById(button.dataset.scanInto);
  let stream = null;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
  };
  const look = async () => {
    if (!stream) return;
    const [found] = await detector.detect(view).catch(() => []);
    if (!found) return void setTimeout(look, 200);
    field.value = found.rawValue;
    stop();
    field.form.requestSubmit();
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) return stop();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!stream) return;
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    look();
  });
})();
