// The extension as it is packaged, in a world that has just enough of VS Code to start it, talks with the compiler.
// node test/client.js TUNEC
const assert = require("node:assert");
const Module = require("node:module");

let compiler = process.argv[2];

// anything can be called, made, and asked for more of the same.
function anything() {
  return new Proxy(class {}, {
    get(target, name) {
      if (name === "then" || name === Symbol.toPrimitive) return undefined;
      if (name === "prototype" || typeof name === "symbol") return target[name];
      return (target[name] ??= anything());
    },
    apply: () => anything(),
  });
}

const told = [];
const vscode = anything();
vscode.EventEmitter = class {
  event = () => anything();
  fire() {}
  dispose() {}
};
vscode.Disposable = class {
  dispose() {}
};
vscode.workspace.workspaceFolders = undefined;
vscode.workspace.textDocuments = [];
vscode.workspace.notebookDocuments = [];
vscode.window.visibleTextEditors = [];
vscode.window.tabGroups.all = [];
vscode.env.appName = "a test";
vscode.env.language = "en";
vscode.version = "1.82.0";
vscode.workspace.getConfiguration = () => ({ get: (name) => (name === "tunec.path" ? compiler : undefined) });
vscode.window.showWarningMessage = async (text) => void told.push(text);
vscode.window.showErrorMessage = async () => undefined;
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

(async () => {
  const extension = require("../dist/extension.js");
  const subscriptions = [];
  await extension.activate({ subscriptions });
  assert.deepStrictEqual(told, []);
  assert.strictEqual(subscriptions.length, 2);
  await extension.deactivate();
  console.log("the client starts the server and stops it");

  compiler = "no-such-tunec";
  await extension.activate({ subscriptions });
  assert.match(told.join("\n"), /^TUNe: no-such-tunec lsp does not start \(.*no-such-tunec.*\)\. Say in tune\.tunec\.path/);
  await extension.deactivate();
  console.log("without a server the client says where to name one");
})().catch((err) => {
  console.error(err);
  process.exit(1);
});
