// Starts the language server, which has all the knowledge: findings, fixes, completion, names, formatting.
const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

// start begins to talk with the compiler that the settings name. If there is none, colours and snippets still work.
async function start() {
  const command = workspace.getConfiguration("tune").get("tunec.path") || "tunec";
  client = new LanguageClient(
    "tune",
    "TUNe",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "tune" }] },
  );
  try {
    await client.start();
  } catch (err) {
    client = undefined;
    void tell(`${command} lsp does not start (${err?.message ?? err})`);
  }
}

async function tell(what) {
  const settings = "Open Settings";
  const chosen = await window.showWarningMessage(`TUNe: ${what}. Say in tune.tunec.path where the compiler is.`, settings);
  if (chosen === settings) {
    await commands.executeCommand("workbench.action.openSettings", "tune.tunec.path");
  }
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.stop();
}

async function restart() {
  await stop();
  await start();
}

function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("tune.restartServer", restart),
    workspace.onDidChangeConfiguration((e) => e.affectsConfiguration("tune.tunec.path") && restart()),
  );
  return start();
}

module.exports = { activate, deactivate: stop };
