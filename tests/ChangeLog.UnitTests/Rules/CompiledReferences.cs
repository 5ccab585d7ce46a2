using System.Reflection;
using System.Reflection.Emit;

namespace ChangeLog.UnitTests.Rules;

/// <summary>Which types use which, read from compiled code: a full name without a using line counts too.</summary>
internal static class CompiledReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> ByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Pairs of a type of the assembly and one that it uses; nested types count as their outermost.</summary>
    public static IEnumerable<(Type From, Type To)> Of(Assembly assembly) =>
        assembly.GetTypes()
            .SelectMany(
                type => Named(type).SelectMany(Parts).Select(named => (From: Outermost(type), To: Outermost(named))))
            .Where(pair => pair.From != pair.To)
            .Distinct();

    private static IEnumerable<Type> Named(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.GetFields(Declared).Select(field => field.FieldType),
        .. type.GetMethods(Declared).Select(method => method.ReturnType),
        .. Methods(type).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType)),
        .. Methods(type).SelectMany(InBody),
    ];

    private static IEnumerable<MethodBase> Methods(Type type) =>
        [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];

    private static IEnumerable<Type> InBody(MethodBase method)
    {
        var body = method.GetMethodBody();
        return body is null
            ? []
            : body.LocalVariables.Select(local => local.LocalType).Concat(
                Tokens(body.GetILAsByteArray()!).SelectMany(token => InToken(method, token)));
    }

    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var place = 0; place < code.Length;)
        {
            var value = code[place] == 0xFE ? unchecked((short)(0xFE00 | code[place + 1])) : code[place];
            var operation = ByValue[value];
            place += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod
                or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BitConverter.ToInt32(code, place);
            }

            place += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, place)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> InToken(MethodBase method, int token)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var member = method.Module.ResolveMember(token, ofType, ofMethod);
        return
        [
            .. member is Type type ? [type] : Type.EmptyTypes,
            .. member?.DeclaringType is { } declaring and not null
                && member is not Type ? [declaring] : Type.EmptyTypes,
            .. member is MethodBase { IsGenericMethod: true } called ? called.GetGenericArguments() : [],
        ];
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }
}
