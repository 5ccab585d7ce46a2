# fish completion for changelog. Once: changelog completion fish > ~/.config/fish/completions/changelog.fish
function __changelog_suggestions
    set -l line (commandline -cp | string collect)
    set -l program (string replace -r '^~' $HOME -- (commandline -opc)[1])
    # options only once a dash is typed, and not their short forms
    set -l offered '^[^-/].*'
    string match -q -- '-*' (commandline -ct); and set offered '^--.+'
    command $program "[suggest:"(string length -- $line)"]" $line 2>/dev/null | string match -r -- $offered
end
complete -c changelog -f -a '(__changelog_suggestions)'
complete -c changelog -l config -r -F
