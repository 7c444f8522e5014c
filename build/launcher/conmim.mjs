// Started by conmim and conmim.cmd beside it, in an installed program.
const { main } = await import('../app.asar.unpacked/out/engine/cli/main.js');
await main(process.argv.slice(2));
