#compdef changelog
# zsh completion for changelog. In ~/.zshrc, after compinit: source <(changelog completion zsh)
_changelog() {
    local line="${(j: :)words[1,CURRENT-1]} $PREFIX" suggestion
    local -a suggestions
    for suggestion in "${(@f)$("${(e)words[1]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)}"; do
        # options only once a dash is typed, and not their short forms
        case $suggestion in
            --*) [[ $PREFIX == -* ]] || continue ;;
            '' | [-/]*) continue ;;
        esac
        suggestions+=("$suggestion")
    done
    compadd -a suggestions || _files
}
if [[ ${funcstack[1]} == _changelog ]]; then
    _changelog "$@"
else
    compdef _changelog changelog
fi
