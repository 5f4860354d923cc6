// Reading codes with a camera: the browser's own reader where it has one, else the one that we serve (zxing).
import { h } from "./dom.js";
import { config, t } from "./words.js";

const FORMATS = ["qr_code", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf"];
const AGAIN = 200;
const SAME = 1_500; // ms in which one code is one piece of goods

// Begin looking; answers a function that ends it. `onCode` is told each code once, `say` what is going on.
export async function look(video, onCode, say) {
  say(t("camera_starting"));
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    video.srcObject = stream;
    await video.play();
  } catch {
    say(t("camera_denied"));
    return () => {};
  }
  const read = (await ownReader()) ?? (await servedReader());
  say(t(read ? "camera_seeking" : "camera_denied"));
  let last = { text: "", at: 0 }, isOver = false;
  const step = async () => {
    if (isOver) return;
    const text = read ? await read(video).catch(() => null) : null;
    const at = performance.now();
    if (text && !(text === last.text && at - last.at < SAME)) onCode(text);
    if (text) last = { text, at };
    setTimeout(step, AGAIN);
  };
  step();
  return () => {
    isOver = true;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = FORMATS.filter((one) => known.includes(one));
  if (!formats.includes("ean_13")) return null;
  const detector = new BarcodeDetector({ formats });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

let loading = null;

// zxing on a grey picture of at most 960 px: some ten times a second on a phone of the middle class.
export async function servedReader() {
  loading ??= new Promise((done) => {
    document.head.append(h("script", { src: config.decoder, onload: () => done(true), onerror: () => done(false) }));
  });
  if (!(await loading)) { loading = null; return null; }
  const Z = window.ZXing, { BarcodeFormat: F } = Z;
  const reader = new Z.MultiFormatReader();
  reader.setHints(new Map([
    [Z.DecodeHintType.POSSIBLE_FORMATS, [F.QR_CODE, F.EAN_13, F.EAN_8, F.UPC_A, F.UPC_E, F.CODE_128, F.ITF]],
  ]));
  const canvas = h("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    const [width, height] = [source.videoWidth || source.width, source.videoHeight || source.height];
    if (!width) return null;
    const scale = Math.min(1, 960 / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    paper.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      const light = new Z.HTMLCanvasElementLuminanceSource(canvas);
      return reader.decodeWithState(new Z.BinaryBitmap(new Z.HybridBinarizer(light))).getText();
    } catch {
      return null; // nothing in this picture
    }
  };
}
