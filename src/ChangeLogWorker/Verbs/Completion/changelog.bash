# bash completion for changelog. In ~/.bashrc: source <(changelog completion bash)
_changelog() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} suggestion
    COMPREPLY=()
    while IFS= read -r suggestion; do
        # options only once a dash is typed, and not their short forms
        case $suggestion in
            --*) [[ $word == -* ]] || continue ;;
            '' | [-/]*) continue ;;
        esac
        [[ $suggestion != "$word"* ]] || COMPREPLY+=("$suggestion")
    done < <("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o bashdefault -o default -F _changelog changelog
